//! What an authority says of itself: OpenID configuration, keys, instances.
//!
//! Every URL has the origin that the client used: clients refuse an issuer of another origin, and keep the document for
//! a day. Facts: `client-connection` 3.2 and 3.3; <https://openid.net/specs/openid-connect-discovery-1_0.html>.

use adf_emulator_core::world::World;
use serde::Serialize;
use uuid::Uuid;

use super::claims::issuer;
use super::sign_in_error::SignInError;
use super::signing_key::{JsonWebKey, SigningKey};
use crate::azure_hosts::{AzureHost, ENTRA_ALIASES, are_one_entra, entra_of};

/// Names that stand for every tenant.
const ANY_TENANT: [&str; 2] = ["common", "organizations"];

/// The name of an authority of the shape of Active Directory Federation Services: the first tenant.
const ADFS: &str = "adfs";

/// What an issuer has in place of a tenant where any is meant; the clients put theirs in.
const TENANT_PLACEHOLDER: &str = "{tenantid}";

/// The tenant that a URL names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantNamed {
    /// This one.
    One(Uuid),
    /// Whichever the account is in.
    Any,
}

/// Returns the tenant that a URL names by its id, its domain, or as any.
///
/// # Errors
/// 90002 when there is none, with the OAuth error that its endpoint uses.
pub fn tenant_named(world: &World, name: &str, error: &'static str) -> Result<TenantNamed, SignInError> {
    if ANY_TENANT.iter().any(|any| any.eq_ignore_ascii_case(name)) {
        return Ok(TenantNamed::Any);
    }
    if name.eq_ignore_ascii_case(ADFS) {
        // This shape of an authority has no tenant in its URLs.
        let first = world.directory.tenants().next();
        return first.map(|tenant| TenantNamed::One(tenant.id)).ok_or_else(|| SignInError::tenant_not_found(error, name));
    }
    let tenant = world.directory.tenant_named(name).ok_or_else(|| SignInError::tenant_not_found(error, name))?;
    Ok(TenantNamed::One(tenant.id))
}

/// The generation of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `/oauth2/token`, asked for a `resource`.
    One,
    /// `/oauth2/v2.0/token`, asked for a `scope`.
    Two,
}

/// How clients may prove who they are.
const AUTH_METHODS: [&str; 3] = ["client_secret_post", "private_key_jwt", "client_secret_basic"];

/// An OpenID configuration.
#[derive(Debug, Serialize)]
pub struct Configuration {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_authorization_endpoint: Option<String>,
    jwks_uri: String,
    end_session_endpoint: String,
    token_endpoint_auth_methods_supported: [&'static str; 3],
    response_types_supported: [&'static str; 1],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: [&'static str; 1],
    scopes_supported: [&'static str; 3],
}

impl Configuration {
    /// Returns the configuration of a tenant; `name` is what the URL called it.
    pub fn of(tenant: TenantNamed, name: &str, version: Version, origin: &str) -> Self {
        if name.eq_ignore_ascii_case(ADFS) {
            return Self::of_adfs(origin);
        }
        let (oauth2, keys) = match version {
            Version::One => (format!("{origin}/{name}/oauth2"), format!("{origin}/{name}/discovery/keys")),
            Version::Two => (format!("{origin}/{name}/oauth2/v2.0"), format!("{origin}/{name}/discovery/v2.0/keys")),
        };
        let issuer = match (version, tenant) {
            (Version::One, TenantNamed::One(id)) => issuer(id),
            (Version::One, TenantNamed::Any) => format!("https://sts.windows.net/{TENANT_PLACEHOLDER}/"),
            (Version::Two, TenantNamed::One(id)) => format!("{}/{id}/v2.0", entra_of(origin)),
            (Version::Two, TenantNamed::Any) => format!("{}/{TENANT_PLACEHOLDER}/v2.0", entra_of(origin)),
        };
        Self {
            issuer,
            authorization_endpoint: format!("{oauth2}/authorize"),
            token_endpoint: format!("{oauth2}/token"),
            device_authorization_endpoint: (version == Version::Two).then(|| format!("{oauth2}/devicecode")),
            jwks_uri: keys,
            end_session_endpoint: format!("{oauth2}/logout"),
            token_endpoint_auth_methods_supported: AUTH_METHODS,
            response_types_supported: ["code"],
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: ["RS256"],
            scopes_supported: ["openid", "profile", "offline_access"],
        }
    }

    fn of_adfs(origin: &str) -> Self {
        Self {
            issuer: format!("{origin}/adfs"),
            authorization_endpoint: format!("{origin}/adfs/oauth2/authorize/"),
            token_endpoint: format!("{origin}/adfs/oauth2/token/"),
            device_authorization_endpoint: Some(format!("{origin}/adfs/oauth2/devicecode")),
            jwks_uri: format!("{origin}/adfs/discovery/keys"),
            end_session_endpoint: format!("{origin}/adfs/oauth2/logout"),
            token_endpoint_auth_methods_supported: AUTH_METHODS,
            response_types_supported: ["code"],
            subject_types_supported: ["pairwise"],
            id_token_signing_alg_values_supported: ["RS256"],
            scopes_supported: ["openid", "profile", "offline_access"],
        }
    }
}

/// A JSON Web Key Set (RFC 7517).
#[derive(Debug, Serialize)]
pub struct KeySet<'a> {
    keys: [JsonWebKey<'a>; 1],
}

impl<'a> KeySet<'a> {
    /// Returns the key set: one key, for all tenants.
    pub fn of(key: &'a SigningKey) -> Self {
        Self { keys: [key.public()] }
    }
}

/// Which hosts are one authority.
#[derive(Debug, Serialize)]
pub struct Instances {
    tenant_discovery_endpoint: String,
    #[serde(rename = "api-version")]
    api_version: &'static str,
    metadata: [Instance; 1],
}

#[derive(Debug, Serialize)]
struct Instance {
    preferred_network: String,
    preferred_cache: String,
    aliases: Vec<String>,
}

impl Instances {
    /// Returns the instances for somebody who has that authorization endpoint in mind.
    ///
    /// # Errors
    /// 50049 when the endpoint is that of another host. Its port does not count: clients lose it.
    pub fn of(authorization_endpoint: &str, origin: &str) -> Result<Self, SignInError> {
        let (authority, path) = authorization_endpoint
            .split_once("://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .ok_or_else(SignInError::unknown_instance)?;
        let here = origin.split_once("://").map_or(origin, |(_, here)| here);
        if !host(authority).eq_ignore_ascii_case(host(here)) && !are_one_entra(host(authority), here) {
            return Err(SignInError::unknown_instance());
        }
        let tenant = path.split('/').next().filter(|tenant| !tenant.is_empty()).ok_or_else(SignInError::unknown_instance)?;
        let metadata = match AzureHost::at(origin) {
            Some(_) => Instance::of_azure(),
            None => Instance { preferred_network: here.to_owned(), preferred_cache: here.to_owned(), aliases: vec![here.to_owned()] },
        };
        Ok(Self {
            tenant_discovery_endpoint: format!("{origin}/{tenant}/v2.0/.well-known/openid-configuration"),
            api_version: "1.1",
            metadata: [metadata],
        })
    }
}

impl Instance {
    /// Azure's public cloud, as every MSAL has it built in too.
    fn of_azure() -> Self {
        Self {
            preferred_network: AzureHost::Login.name().to_owned(),
            preferred_cache: AzureHost::LoginWindows.name().to_owned(),
            aliases: ENTRA_ALIASES.map(str::to_owned).to_vec(),
        }
    }
}

fn host(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::test_world::{CONTOSO, ORIGIN, world};

    #[test]
    fn the_issuer_has_the_clients_origin() {
        let world = world();
        let json = |name, version| {
            let tenant = tenant_named(&world, name, "invalid_tenant").unwrap();
            serde_json::to_value(Configuration::of(tenant, name, version, ORIGIN)).unwrap()
        };
        let two = json("contoso.onmicrosoft.com", Version::Two);
        assert_eq!(two["issuer"], format!("{ORIGIN}/{CONTOSO}/v2.0"));
        assert_eq!(two["token_endpoint"], format!("{ORIGIN}/contoso.onmicrosoft.com/oauth2/v2.0/token"));
        assert_eq!(json("organizations", Version::Two)["issuer"], format!("{ORIGIN}/{{tenantid}}/v2.0"));
        let one = json(&CONTOSO.to_string(), Version::One);
        assert_eq!(one["issuer"], format!("https://sts.windows.net/{CONTOSO}/"));
        assert_eq!(one["jwks_uri"], format!("{ORIGIN}/{CONTOSO}/discovery/keys"));
        assert!(one.get("device_authorization_endpoint").is_none());
        let unknown = tenant_named(&world, "nowhere.example", "invalid_tenant").unwrap_err();
        assert!(unknown.number == Some(90002) && unknown.text.starts_with("Tenant 'nowhere.example' not found. Check to make sure"));
    }

    #[test]
    fn azures_hosts_have_azures_issuer_and_are_one() {
        let origin = AzureHost::LoginWindows.origin();
        let two = serde_json::to_value(Configuration::of(TenantNamed::One(CONTOSO), "contoso", Version::Two, origin)).unwrap();
        assert_eq!(two["issuer"], format!("https://login.microsoftonline.com/{CONTOSO}/v2.0"));
        assert_eq!(two["token_endpoint"], "https://login.windows.net/contoso/oauth2/v2.0/token");
        let asked = "https://login.microsoft.com/common/oauth2/v2.0/authorize";
        let instances = serde_json::to_value(Instances::of(asked, AzureHost::Login.origin()).unwrap()).unwrap();
        assert_eq!(
            instances["tenant_discovery_endpoint"],
            "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"
        );
        assert_eq!(instances["metadata"][0]["aliases"], serde_json::json!(ENTRA_ALIASES));
        assert!(Instances::of("https://localhost:4443/t/oauth2/authorize", AzureHost::Login.origin()).is_err());
        assert!(Instances::of(asked, ORIGIN).is_err());
    }

    #[test]
    fn instances_are_of_this_host_only() {
        let of = |endpoint| Instances::of(endpoint, ORIGIN).map(|it| it.tenant_discovery_endpoint);
        let here = Ok(format!("{ORIGIN}/t/v2.0/.well-known/openid-configuration"));
        assert_eq!(of("https://localhost/t/oauth2/v2.0/authorize"), here);
        assert_eq!(of("https://LOCALHOST:4443/t/oauth2/authorize"), here);
        for other in ["https://login.example/t/oauth2/authorize", "https://localhost", "https://localhost//", "t", ""] {
            assert!(of(other).is_err(), "{other}");
        }
    }
}
