//! The hosts of Azure's public cloud that `exec --transparent` serves as if it were they, and what Azure says there.
//!
//! Everywhere else all of Azure is one origin, ours; at these hosts each service has its own, without a port. Which host
//! a request came in by is told by its connection, never by its headers. Names: `client-connection` 3 and `arm-wire` 1.1.

/// A host of Azure's public cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AzureHost {
    /// Azure Resource Manager.
    ResourceManager,
    /// Microsoft Entra ID.
    Login,
    /// Microsoft Entra ID by its older name.
    LoginWindows,
    /// Microsoft Entra ID by the name that access tokens have in `iss`.
    SecurityTokenService,
    /// Microsoft Graph.
    Graph,
}

/// The hosts by which Entra knows itself, also those that are not served here.
pub const ENTRA_ALIASES: [&str; 4] = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"];

/// The domains of Azure's public cloud. The authority of the state folder never vouches for a name in them.
const PUBLIC_DOMAINS: [&str; 5] = ["azure.com", "azure.net", "microsoft.com", "microsoftonline.com", "windows.net"];

impl AzureHost {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::ResourceManager, Self::Login, Self::LoginWindows, Self::SecurityTokenService, Self::Graph];

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResourceManager => "management.azure.com",
            Self::Login => "login.microsoftonline.com",
            Self::LoginWindows => "login.windows.net",
            Self::SecurityTokenService => "sts.windows.net",
            Self::Graph => "graph.microsoft.com",
        }
    }

    /// Returns its origin.
    pub const fn origin(self) -> &'static str {
        match self {
            Self::ResourceManager => "https://management.azure.com",
            Self::Login => "https://login.microsoftonline.com",
            Self::LoginWindows => "https://login.windows.net",
            Self::SecurityTokenService => "https://sts.windows.net",
            Self::Graph => "https://graph.microsoft.com",
        }
    }

    /// Returns the host of that name, in any case and also with the dot of the root.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.strip_suffix('.').unwrap_or(name);
        Self::ALL.into_iter().find(|host| host.name().eq_ignore_ascii_case(name))
    }

    /// Returns the host with that origin.
    pub fn at(origin: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.origin() == origin)
    }
}

/// Returns the origin of Entra, as it is called in what it issues to whoever asks at `origin`.
pub fn entra_of(origin: &str) -> &str {
    if AzureHost::at(origin).is_some() { AzureHost::Login.origin() } else { origin }
}

/// Returns the origin of Entra that Resource Manager names to whoever asks it at `origin`: the older one, as recorded
/// (`arm-wire` 1.5).
pub fn entra_named_by_resource_manager(origin: &str) -> &str {
    if AzureHost::at(origin).is_some() { AzureHost::LoginWindows.origin() } else { origin }
}

/// Returns where Graph is for whoever asks it at `origin`: ours stands below a path.
pub fn graph_of(origin: &str) -> String {
    if AzureHost::at(origin).is_some() { AzureHost::Graph.origin().to_owned() } else { format!("{origin}/graph") }
}

/// Returns whether both are hosts of the one Entra, so that what names one may be shown to the other.
pub fn are_one_entra(host: &str, other: &str) -> bool {
    let is_alias = |name: &str| ENTRA_ALIASES.iter().any(|alias| alias.eq_ignore_ascii_case(name));
    is_alias(host) && is_alias(other)
}

/// Returns whether a name lies in a domain of Azure's public cloud.
pub fn is_public(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    PUBLIC_DOMAINS.iter().any(|domain| name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_name_and_origin() {
        for host in AzureHost::ALL {
            assert_eq!(AzureHost::named(&host.name().to_uppercase()), Some(host));
            assert_eq!(AzureHost::named(&format!("{}.", host.name())), Some(host));
            assert_eq!(AzureHost::at(&format!("https://{}", host.name())), Some(host));
            assert!(is_public(host.name()));
        }
        for other in ["management.azure.com.evil.example", "xmanagement.azure.com", "localhost", "", "vault.azure.net"] {
            assert_eq!(AzureHost::named(other), None, "{other}");
        }
    }

    #[test]
    fn each_service_is_named_by_its_own_origin_only_at_azures_hosts() {
        let (here, there) = ("https://localhost:4443", "https://management.azure.com");
        assert_eq!((entra_of(here), entra_of(there)), (here, "https://login.microsoftonline.com"));
        assert_eq!((graph_of(here), graph_of(there)), (format!("{here}/graph"), "https://graph.microsoft.com".to_owned()));
        assert_eq!(entra_named_by_resource_manager(there), "https://login.windows.net");
    }

    #[test]
    fn public_names_are_those_of_azures_domains() {
        for name in ["azure.com", "MANAGEMENT.azure.com", "*.windows.net", "login.microsoftonline.com."] {
            assert!(is_public(name), "{name}");
        }
        for name in ["localhost", "myazure.com", "azure.com.example", "127.0.0.1", "emulator.internal"] {
            assert!(!is_public(name), "{name}");
        }
    }
}
