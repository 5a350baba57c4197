//! The claims of access tokens: written when one is issued, read when one comes back.
//!
//! `uti` looks as random as Azure's. In truth it holds the host's instant of issue to the tick, because `iat` has whole
//! seconds and a token fetched right after a world's clock was moved must be told from one fetched right before.
//! Follows <https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference>; `client-connection` 3.5.

use adf_emulator_core::directory::user::User;
use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::timestamp::{Duration, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::azure_hosts::entra_of;

/// How long an access token is good (`client-connection` 3.5).
pub const LIFETIME: Duration = Duration::from_seconds(3_600);

/// What `expires_in` says of a new token: a second less (`client-connection` 3.4).
pub const EXPIRES_IN_SECONDS: u32 = 3_599;

/// How long a token of a managed identity is good that its own endpoints hand out (`client-connection` 3.7).
pub const MANAGED_IDENTITY_LIFETIME: Duration = Duration::from_seconds(86_400);

/// When the tenant was last known to change region; any constant does (`client-connection` 3.5).
const TENANT_CHANGE: u32 = 1_600_000_000;

/// Groups that a token names; of more it says only where to ask (documented).
const GROUPS_MAX: usize = 200;

/// How a client proved who it is; what `appidacr` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Not at all: a public client.
    None,
    /// By a secret.
    Secret,
    /// By a certificate or an assertion.
    Assertion,
}

impl Proof {
    const fn text(self) -> &'static str {
        match self {
            Self::None => "0",
            Self::Secret => "1",
            Self::Assertion => "2",
        }
    }
}

/// The claims of a new access token. The order of the fields is Azure's.
#[derive(Debug, Serialize)]
pub struct AccessToken {
    aud: String,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    #[serde(rename = "_claim_names", skip_serializing_if = "Option::is_none")]
    claim_names: Option<serde_json::Value>,
    #[serde(rename = "_claim_sources", skip_serializing_if = "Option::is_none")]
    claim_sources: Option<serde_json::Value>,
    appid: Uuid,
    appidacr: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<Uuid>,
    idp: String,
    idtyp: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    oid: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    scp: Option<&'static str>,
    sub: Uuid,
    tid: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    unique_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upn: Option<String>,
    uti: String,
    ver: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_cc: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    xms_mirid: Option<String>,
    xms_tcdt: u32,
}

/// What a token is issued with besides its principal.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'a> {
    /// Whom it is for.
    pub audience: &'a str,
    /// The host's instant.
    pub at: Timestamp,
    /// The id of the request, which no other request has.
    pub request_id: Uuid,
    /// Whether the client can handle claims challenges.
    pub handles_claims_challenges: bool,
    /// How the client proved who it is.
    pub proof: Proof,
    /// The groups that hold the principal.
    pub groups: &'a [Uuid],
}

impl AccessToken {
    /// Returns the claims of an application or managed identity that signed in by itself; `None` for users and groups.
    pub fn of_application(principal: &Principal, issue: &Issue<'_>) -> Option<Self> {
        let mut claims = Self::of(principal, principal.app_id()?, IdentityType::App, issue);
        if let PrincipalKind::ManagedIdentity(identity) = &principal.kind {
            claims.xms_mirid = Some(identity.resource.as_str().to_owned());
        }
        Some(claims)
    }

    /// Returns the claims of a managed identity, as its own endpoints hand them out; `None` for all others.
    pub fn of_managed_identity(principal: &Principal, issue: &Issue<'_>) -> Option<Self> {
        let mut claims = Self::of_application(principal, issue)?;
        claims.exp = Timestamp::from_seconds(claims.iat).plus(MANAGED_IDENTITY_LIFETIME).seconds();
        claims.xms_mirid.is_some().then_some(claims)
    }

    /// Returns the claims of a user who signed in with the client `appid`. A guest's `idp` is the tenant at home.
    pub fn of_user(principal: &Principal, user: &User, appid: Uuid, issue: &Issue<'_>) -> Self {
        let mut claims = Self::of(principal, appid, IdentityType::User, issue);
        claims.idp = issuer(user.home_tenant.unwrap_or(principal.tenant_id));
        claims.name = Some(principal.display_name.to_string());
        claims.scp = Some("user_impersonation");
        claims.unique_name = Some(user.user_principal_name.to_string());
        claims.upn = claims.unique_name.clone();
        claims
    }

    fn of(principal: &Principal, appid: Uuid, identity_type: IdentityType, issue: &Issue<'_>) -> Self {
        let issuer = issuer(principal.tenant_id);
        let seconds = issue.at.seconds();
        let too_many = issue.groups.len() > GROUPS_MAX;
        let asked = || format!("https://graph.microsoft.com/v1.0/{}/users/{}/getMemberObjects", principal.tenant_id, principal.object_id);
        Self {
            aud: issue.audience.to_owned(),
            iss: issuer.clone(),
            iat: seconds,
            nbf: seconds,
            exp: Timestamp::from_seconds(seconds).plus(LIFETIME).seconds(),
            claim_names: too_many.then(|| json!({ "groups": "src1" })),
            claim_sources: too_many.then(|| json!({ "src1": { "endpoint": asked() } })),
            appid,
            appidacr: issue.proof.text(),
            groups: if too_many { Vec::new() } else { issue.groups.to_vec() },
            idp: issuer,
            idtyp: identity_type.text(),
            name: None,
            oid: principal.object_id,
            scp: None,
            sub: principal.object_id,
            tid: principal.tenant_id,
            unique_name: None,
            upn: None,
            uti: uti(issue.at, issue.request_id),
            ver: VERSION,
            xms_cc: issue.handles_claims_challenges.then_some(["CP1"]),
            xms_mirid: None,
            xms_tcdt: TENANT_CHANGE,
        }
    }
}

/// The claims of an id token: what a client learns of the user who signed in.
#[derive(Debug, Serialize)]
pub struct IdToken<'a> {
    aud: Uuid,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    oid: Uuid,
    preferred_username: &'a str,
    sub: Uuid,
    tid: Uuid,
    uti: String,
    ver: &'static str,
}

impl<'a> IdToken<'a> {
    /// Returns the claims for the client `client_id`; `origin` is the one that it asked at.
    pub fn of(principal: &'a Principal, user: &'a User, client_id: Uuid, nonce: Option<&'a str>, origin: &str, issue: &Issue<'_>) -> Self {
        let seconds = issue.at.seconds();
        Self {
            aud: client_id,
            iss: format!("{}/{}/v2.0", entra_of(origin), principal.tenant_id),
            iat: seconds,
            nbf: seconds,
            exp: Timestamp::from_seconds(seconds).plus(LIFETIME).seconds(),
            name: &principal.display_name,
            nonce,
            oid: principal.object_id,
            preferred_username: &user.user_principal_name,
            sub: principal.object_id,
            tid: principal.tenant_id,
            uti: uti(issue.at, issue.request_id),
            ver: "2.0",
        }
    }
}

/// The version of our access tokens: that of v1 whichever endpoint was asked, as for Resource Manager.
const VERSION: &str = "1.0";

/// The claims of a token that came back. A claim of another type than ours makes the token unreadable.
#[derive(Debug, Deserialize)]
pub struct Returned {
    /// The audience.
    pub aud: String,
    /// The issuer.
    pub iss: String,
    /// The second of issue.
    pub iat: i64,
    /// The second from which it is good.
    pub nbf: i64,
    /// The second from which it no longer is.
    pub exp: i64,
    /// The application.
    pub appid: Uuid,
    /// Whether it is an application's or a user's.
    pub idtyp: IdentityType,
    /// The object id of its principal; Azure has a message of its own for a token without one.
    pub oid: Option<Uuid>,
    /// The groups that held the principal.
    #[serde(default)]
    pub groups: Vec<Uuid>,
    /// Where to ask for what is not in the token, such as too many groups.
    #[serde(default, rename = "_claim_names")]
    pub claim_names: Option<serde_json::Value>,
    /// The tenant.
    pub tid: Uuid,
    /// Its own id.
    #[serde(default)]
    pub uti: String,
    /// The version.
    pub ver: String,
}

/// Whom a token speaks for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum IdentityType {
    /// An application by itself.
    App,
    /// A user.
    User,
}

impl IdentityType {
    const fn text(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::User => "user",
        }
    }

    /// Returns whether a principal can have a token of this type.
    pub const fn is_of(self, principal: &Principal) -> bool {
        match principal.kind {
            PrincipalKind::User(_) => matches!(self, Self::User),
            PrincipalKind::ServicePrincipal(_) | PrincipalKind::ManagedIdentity(_) => matches!(self, Self::App),
            PrincipalKind::Group(_) => false,
        }
    }
}

impl Returned {
    /// Returns whether it says that it is one of our access tokens.
    pub fn is_ours(&self) -> bool {
        self.iss == issuer(self.tid) && self.ver == VERSION && self.exp > self.iat
    }

    /// Returns the host's instant of issue.
    pub fn issued(&self) -> Timestamp {
        let ticks = URL_SAFE_NO_PAD.decode(&self.uti).ok().and_then(|bytes| bytes.first_chunk().copied()).map(i64::from_be_bytes);
        let exact = ticks.map(Timestamp::from_ticks).filter(|at| at.seconds() == self.iat);
        exact.unwrap_or(Timestamp::from_seconds(self.iat))
    }
}

/// Returns the issuer of a tenant's access tokens.
pub fn issuer(tenant: Uuid) -> String {
    format!("https://sts.windows.net/{tenant}/")
}

fn uti(at: Timestamp, request_id: Uuid) -> String {
    let (_, low) = request_id.as_u64_pair();
    URL_SAFE_NO_PAD.encode([at.ticks().to_be_bytes(), low.to_be_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entra::test_world::{CONTOSO, OWNER, world};

    #[test]
    fn of_too_many_groups_a_token_says_where_to_ask() {
        let world = world();
        let claims = |count: u128| {
            let groups: Vec<Uuid> = (0..count).map(Uuid::from_u128).collect();
            let issue = Issue {
                audience: "https://management.azure.com",
                at: Timestamp::from_seconds(1),
                request_id: Uuid::nil(),
                handles_claims_challenges: false,
                proof: Proof::Secret,
                groups: &groups,
            };
            let claims = AccessToken::of_application(world.directory.principal(OWNER).unwrap(), &issue).unwrap();
            serde_json::to_value(claims).unwrap()
        };
        let (all, too_many) = (claims(200), claims(201));
        assert_eq!((all["groups"].as_array().unwrap().len(), all.get("_claim_names")), (200, None));
        assert_eq!((too_many.get("groups"), &too_many["_claim_names"]), (None, &json!({ "groups": "src1" })));
        let endpoint = format!("https://graph.microsoft.com/v1.0/{CONTOSO}/users/{OWNER}/getMemberObjects");
        assert_eq!(too_many["_claim_sources"], json!({ "src1": { "endpoint": endpoint } }));
    }
}
