//! Whom a token is for: Resource Manager, Microsoft Graph, or somebody else.
//!
//! A client names the audience in `scope` or `resource`, a token carries it in `aud`, and a service accepts its own
//! only. Our own origins are audiences too, because some clients ask for `{endpoint}/.default`.
//! Spellings: `client-connection` 3.1 and 3.4, `arm-wire` 1.5.

/// The four spellings of Resource Manager's audience that Azure itself accepts.
pub const RESOURCE_MANAGER: [&str; 4] = [
    "https://management.core.windows.net/",
    "https://management.core.windows.net",
    "https://management.azure.com/",
    "https://management.azure.com",
];

/// Microsoft Graph's own audience, and its application id.
const GRAPH: [&str; 3] = ["https://graph.microsoft.com/", "https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"];

/// The path under which Graph is served here.
const GRAPH_PATH: &str = "graph";

/// Endings of the hosts of Azure's own services. Entra gives out tokens for them, which Resource Manager refuses.
const AZURE_HOST_ENDINGS: [&str; 6] =
    [".azure.com", ".azure.net", ".windows.net", ".microsoft.com", ".azuresynapse.net", ".azure-automation.net"];

/// A service that checks the audience of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Azure Resource Manager.
    ResourceManager,
    /// Microsoft Graph.
    Graph,
}

/// The audience of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A service by Azure's public name.
    Public(Service),
    /// A service at an origin that may be one of ours.
    At {
        /// The service.
        service: Service,
        /// Host and port as written.
        authority: Box<str>,
    },
    /// Something else.
    Other,
}

/// Tells whether a host and port are this process's.
pub type IsOurs<'a> = dyn Fn(&str, u16) -> bool + 'a;

impl Audience {
    /// Reads the audience as a token or a request names it.
    pub fn parse(text: &str) -> Self {
        if RESOURCE_MANAGER.iter().any(|known| known.eq_ignore_ascii_case(text)) {
            return Self::Public(Service::ResourceManager);
        }
        if GRAPH.iter().any(|known| known.eq_ignore_ascii_case(text)) {
            return Self::Public(Service::Graph);
        }
        let Some((authority, path)) = authority_and_path(text) else { return Self::Other };
        let service = match path.trim_end_matches('/') {
            "" => Service::ResourceManager,
            path if path.eq_ignore_ascii_case(GRAPH_PATH) => Service::Graph,
            _ => return Self::Other,
        };
        Self::At { service, authority: authority.into() }
    }

    /// Returns whether `service` accepts it, asked for at `origin`.
    pub fn is_for(&self, service: Service, origin: &str, is_ours: &IsOurs<'_>) -> bool {
        match self {
            Self::Public(named) => *named == service,
            Self::At { service: named, authority } => *named == service && is_of_this_process(authority, origin, is_ours),
            Self::Other => false,
        }
    }
}

/// Returns whether Entra gives out tokens for this resource: our own, or one of Azure's services.
pub fn is_a_known_resource(text: &str, origin: &str, is_ours: &IsOurs<'_>) -> bool {
    match Audience::parse(text) {
        Audience::Public(_) => true,
        Audience::At { authority, .. } if is_of_this_process(&authority, origin, is_ours) => true,
        _ => authority_and_path(text).is_some_and(|(authority, _)| {
            let (host, _) = host_and_port(authority);
            AZURE_HOST_ENDINGS.iter().any(|ending| host.ends_with(ending))
        }),
    }
}

/// Returns whether a host and port are this process's, or those that the client asked.
pub fn is_of_this_process(authority: &str, origin: &str, is_ours: &IsOurs<'_>) -> bool {
    // The origin that the client used counts too: a container's port may be mapped to another.
    let asked = authority_and_path(origin).map_or("", |(authority, _)| authority);
    if authority.eq_ignore_ascii_case(asked) {
        return true;
    }
    let (host, port) = host_and_port(authority);
    port.is_some_and(|port| is_ours(&host, port))
}

/// Returns what stands between `//` and the path, and the path without its first slash; nothing of what is no URL for HTTP.
pub fn authority_and_path(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let known = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    known.then(|| rest.split_once('/').unwrap_or((rest, "")))
}

/// Returns the host in lower case, without the brackets of an IPv6 address, and the port if one is written.
fn host_and_port(authority: &str) -> (String, Option<u16>) {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
        _ => (authority, None),
    };
    (host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase(), port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ours(host: &str, port: u16) -> bool {
        ["localhost", "127.0.0.1", "::1", "emulator"].contains(&host) && [4443, 5555].contains(&port)
    }

    #[test]
    fn each_service_accepts_its_own() {
        for (text, service) in [
            ("https://management.core.windows.net/", Some(Service::ResourceManager)),
            ("https://management.azure.com", Some(Service::ResourceManager)),
            ("https://localhost:4443", Some(Service::ResourceManager)),
            ("https://LOCALHOST:5555/", Some(Service::ResourceManager)),
            ("http://[::1]:5555", Some(Service::ResourceManager)),
            ("https://emulator:4443/", Some(Service::ResourceManager)),
            ("https://mapped:9999", Some(Service::ResourceManager)),
            ("https://localhost:4443/graph/", Some(Service::Graph)),
            ("https://localhost:4443/graph", Some(Service::Graph)),
            ("https://graph.microsoft.com", Some(Service::Graph)),
            ("https://localhost:1", None),
            ("https://localhost", None),
            ("https://localhost:4443/other", None),
            ("https://localhost:4443.evil.example", None),
            ("https://vault.azure.net", None),
            ("localhost:4443", None),
            ("", None),
        ] {
            for asked in [Service::ResourceManager, Service::Graph] {
                assert_eq!(Audience::parse(text).is_for(asked, "https://mapped:9999", &is_ours), service == Some(asked), "{text}");
            }
        }
    }

    #[test]
    fn tokens_are_given_out_for_azures_services_and_ours() {
        let known = |text| is_a_known_resource(text, "https://localhost:4443", &is_ours);
        assert!(known("https://vault.azure.net") && known("https://management.azure.com/") && known("https://127.0.0.1:5555"));
        assert!(!known("https://example.com") && !known("api://nothing") && !known("https://localhost:1/"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_for_two_services(text in "(https?://)?[a-z0-9.:\\[\\]@/]{0,24}") {
            let audience = Audience::parse(&text);
            let services = [Service::ResourceManager, Service::Graph];
            let accepted = services.into_iter().filter(|service| audience.is_for(*service, "https://localhost:4443", &is_ours));
            proptest::prop_assert!(accepted.count() <= 1);
        }
    }
}
