//! Who is calling: from the `Authorization` header to a principal of the world, or to what is wrong with it.
//!
//! A bearer value with two dots is a token of ours; anything else is the name or object id of a principal, so that
//! curl and unit tests need no token. Nothing here decides what a caller may do.
//! Order and texts of the refusals: `arm-wire` 1.5, `authorization-wire` 6.1.

use std::sync::Arc;

use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::settings::GroupMembership;
use adf_emulator_core::timestamp::{Duration, Timestamp};
use adf_emulator_core::world::World;
use uuid::Uuid;

use super::Entra;
use super::audience::{IsOurs, Service};
use super::token::{NotOurs, Verified};
use crate::arm::request::Caller;
use crate::clock::{Clock, host_now};
use crate::config::Authentication;

/// Seconds by which the host's clock may have been set back since a token was issued.
const CLOCK_SKEW: Duration = Duration::from_seconds(10);

/// Whom `relaxed` takes any token for.
const OWNER: &str = "owner";

/// What a request shows of its caller, and what that is judged by.
pub struct Presented<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// The service that is asked.
    pub service: Service,
    /// Scheme and host of the request.
    pub origin: &'a str,
    /// The tenant of the subscription that the request is about.
    pub subscription_tenant: Option<Uuid>,
    /// Which hosts and ports are this process's.
    pub is_ours: &'a IsOurs<'a>,
    /// The world's clock.
    pub clock: &'a Clock,
    /// Tells why the request may come from a page of somebody else, which may show tokens but no names.
    pub outside: &'a dyn Fn() -> Option<String>,
}

/// Who calls, and which groups count.
#[derive(Clone, Debug)]
pub struct Known {
    /// Who it is.
    pub caller: Caller,
    /// The groups that its token names, in a world where those count: who calls by name has none, nor has a token
    /// of too many groups.
    pub groups: Option<Arc<[Uuid]>>,
}

/// What is wrong with who a request says it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenProblem {
    /// There is no `Authorization` header.
    Missing,
    /// It does not have the form `Bearer {token}`.
    InvalidHeader,
    /// The header of auxiliary tokens does not have that form, or has more than three.
    InvalidAuxiliaryHeader,
    /// The token cannot be read, is not ours, not good yet, or its principal is unknown or blocked.
    Invalid,
    /// It is no token, and names count only for who is surely no page of somebody else.
    Outside {
        /// Why that is not sure.
        why: Box<str>,
    },
    /// The token is ours but names no principal.
    NoObjectId,
    /// The token is too old, on the world's clock.
    Expired {
        /// When it expired.
        expiry: Timestamp,
        /// What the world's clock shows.
        now: Timestamp,
    },
    /// The token is for another service.
    WrongAudience {
        /// The service it is for.
        audience: Box<str>,
    },
    /// The token is of another tenant than the subscription.
    WrongTenant {
        /// The token's.
        token: Uuid,
        /// The subscription's.
        subscription: Uuid,
    },
}

impl From<NotOurs> for TokenProblem {
    fn from(problem: NotOurs) -> Self {
        match problem {
            NotOurs::Unverified => Self::Invalid,
            NotOurs::NoObjectId => Self::NoObjectId,
        }
    }
}

impl Entra {
    /// Returns who calls, or what is wrong with the token.
    pub fn authenticate(&self, world: &World, presented: &Presented<'_>) -> Result<Known, TokenProblem> {
        let value = bearer_value(presented.authorization)?;
        let mut groups = None;
        let takes_names = match self.authentication {
            Authentication::Relaxed => true,
            Authentication::Standard => !is_a_token(value),
            Authentication::Strict => false,
        };
        let outside = if takes_names { (presented.outside)() } else { None };
        let principal = match outside {
            Some(why) if !is_a_token(value) => return Err(TokenProblem::Outside { why: why.into() }),
            None if takes_names => self.by_name(world, value).ok_or(TokenProblem::Invalid)?,
            _ => {
                let token = self.tokens.verify(value)?;
                if world.settings.group_membership == GroupMembership::Token {
                    groups = token.groups.clone();
                }
                by_token(world, presented, &token)?
            }
        };
        match presented.subscription_tenant {
            Some(subscription) if subscription != principal.tenant_id => {
                Err(TokenProblem::WrongTenant { token: principal.tenant_id, subscription })
            }
            _ => Ok(Known { caller: Caller { object_id: principal.object_id, tenant_id: principal.tenant_id }, groups }),
        }
    }

    fn by_name<'w>(&self, world: &'w World, name: &str) -> Option<&'w Arc<Principal>> {
        let whoever = || if self.authentication == Authentication::Relaxed { by_name(world, OWNER) } else { None };
        by_name(world, name).or_else(whoever)
    }
}

fn bearer_value(header: Option<&[u8]>) -> Result<&str, TokenProblem> {
    let header = std::str::from_utf8(header.ok_or(TokenProblem::Missing)?).map_err(|_| TokenProblem::InvalidHeader)?;
    let (scheme, value) = header.trim().split_once(' ').ok_or(TokenProblem::InvalidHeader)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(value.trim_start()) } else { Err(TokenProblem::InvalidHeader) }
}

fn is_a_token(value: &str) -> bool {
    value.bytes().filter(|byte| *byte == b'.').count() == 2
}

fn by_name<'w>(world: &'w World, name: &str) -> Option<&'w Arc<Principal>> {
    world.directory.named(name).filter(|principal| can_sign_in(principal))
}

fn by_token<'w>(world: &'w World, presented: &Presented<'_>, token: &Verified) -> Result<&'w Arc<Principal>, TokenProblem> {
    if token.not_before > host_now().plus(CLOCK_SKEW) {
        return Err(TokenProblem::Invalid);
    }
    let (now, then) = presented.clock.now_and_at(token.issued);
    if now.since(then) > token.lifetime {
        return Err(TokenProblem::Expired { expiry: then.plus(token.lifetime), now });
    }
    if !token.audience.is_for(presented.service, presented.origin, presented.is_ours) {
        return Err(TokenProblem::WrongAudience { audience: token.audience_text.clone() });
    }
    let principal = world.directory.principal(token.object_id).filter(|principal| {
        principal.tenant_id == token.tenant_id
            && token.identity_type.is_of(principal)
            && principal.app_id().is_none_or(|app_id| app_id == token.app_id)
            && can_sign_in(principal)
    });
    principal.filter(|_| world.directory.tenant(token.tenant_id).is_some()).ok_or(TokenProblem::Invalid)
}

/// Returns whether this principal gets tokens at all: not a group, and not blocked.
pub const fn can_sign_in(principal: &Principal) -> bool {
    match &principal.kind {
        PrincipalKind::User(user) => !user.disabled,
        PrincipalKind::ServicePrincipal(it) => !it.disabled,
        PrincipalKind::ManagedIdentity(_) => true,
        PrincipalKind::Group(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{ClockChange, Moved};
    use crate::entra::claims::{AccessToken, Issue, Proof};
    use crate::entra::signing_key::SigningKey;
    use crate::entra::test_world::{ADA, CONTOSO, ENGINEERS, FABRIKAM, IDENTITY, ORIGIN, OWNER, entra, folder, is_ours, world};
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::{Value, json};

    const ARM: &str = "https://management.azure.com";

    struct Scene {
        entra: Entra,
        world: World,
        clock: Clock,
        service: Service,
        subscription_tenant: Option<Uuid>,
    }

    impl Scene {
        fn new(authentication: Authentication) -> Self {
            Self {
                entra: entra(authentication),
                world: world(),
                clock: Clock::default(),
                service: Service::ResourceManager,
                subscription_tenant: Some(CONTOSO),
            }
        }

        fn ask(&self, header: Option<&str>) -> Result<Uuid, TokenProblem> {
            self.ask_from(header, None)
        }

        fn ask_from(&self, header: Option<&str>, outside: Option<&str>) -> Result<Uuid, TokenProblem> {
            let presented = Presented {
                authorization: header.map(str::as_bytes),
                service: self.service,
                origin: ORIGIN,
                subscription_tenant: self.subscription_tenant,
                is_ours: &is_ours,
                clock: &self.clock,
                outside: &|| outside.map(str::to_owned),
            };
            self.entra.authenticate(&self.world, &presented).map(|known| known.caller.object_id)
        }

        fn bearer(&self, value: &str) -> Result<Uuid, TokenProblem> {
            self.ask(Some(&format!("Bearer {value}")))
        }

        fn key(&self) -> &SigningKey {
            self.entra.tokens.signing_key().unwrap()
        }

        fn token(&self, audience: &str) -> String {
            let issue = Issue {
                audience,
                at: host_now(),
                request_id: Uuid::from_u128(1),
                handles_claims_challenges: false,
                proof: Proof::Secret,
                groups: &[],
            };
            let owner = self.world.directory.principal(OWNER).unwrap();
            self.entra.tokens.issue(&AccessToken::of_application(owner, &issue).unwrap()).unwrap()
        }

        fn claims(&self) -> Value {
            let token = self.token(ARM);
            let claims = token.split('.').nth(1).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
        }

        /// The answer to a token of our key with these claims changed; null takes one away.
        fn with(&self, changes: Value) -> Result<Uuid, TokenProblem> {
            let mut claims = self.claims();
            for (name, value) in changes.as_object().unwrap() {
                match value {
                    Value::Null => claims.as_object_mut().unwrap().remove(name),
                    value => claims.as_object_mut().unwrap().insert(name.clone(), value.clone()),
                };
            }
            self.bearer(&self.key().sign(&claims).unwrap())
        }
    }

    #[test]
    fn names_and_object_ids_are_principals() {
        let scene = Scene::new(Authentication::Standard);
        assert_eq!(scene.bearer("owner"), Ok(OWNER));
        assert_eq!(scene.ask(Some("bearer  ada ")), Ok(ADA));
        assert_eq!(scene.bearer(&OWNER.to_string()), Ok(OWNER));
        assert_eq!(scene.bearer(&IDENTITY.to_string()), Ok(IDENTITY));
        for nobody in ["nobody", "engineers", &ENGINEERS.to_string(), "blocked", "a.b", "Owner", "", "ö"] {
            assert_eq!(
                scene.bearer(nobody),
                Err(if nobody.is_empty() { TokenProblem::InvalidHeader } else { TokenProblem::Invalid }),
                "{nobody}"
            );
        }
        assert_eq!(scene.ask(None), Err(TokenProblem::Missing));
        for header in ["", "owner", "Basic b3duZXI6", "Bearer", "Bearerowner", "Negotiate a b"] {
            assert_eq!(scene.ask(Some(header)), Err(TokenProblem::InvalidHeader), "{header}");
        }
        let elsewhere = TokenProblem::WrongTenant { token: FABRIKAM, subscription: CONTOSO };
        assert_eq!(scene.bearer("fabrikam-owner"), Err(elsewhere));
    }

    #[test]
    fn strict_takes_tokens_only_and_relaxed_anything() {
        let scene = Scene::new(Authentication::Strict);
        assert_eq!(scene.bearer("owner"), Err(TokenProblem::Invalid));
        assert_eq!(scene.bearer(&scene.token(ARM)), Ok(OWNER));
        let scene = Scene::new(Authentication::Relaxed);
        assert_eq!(scene.bearer("ada"), Ok(ADA));
        for anything in ["nobody", "a.b.c", &scene.token("https://vault.azure.net")] {
            assert_eq!(scene.bearer(anything), Ok(OWNER));
        }
        assert_eq!(scene.ask(None), Err(TokenProblem::Missing));
        assert_eq!(scene.ask(Some("Basic b3duZXI6")), Err(TokenProblem::InvalidHeader));
    }

    #[test]
    fn who_may_be_a_page_of_somebody_else_shows_a_token() {
        let outside = |scene: &Scene, value: &str| scene.ask_from(Some(&format!("Bearer {value}")), Some("evil"));
        let refused = Err(TokenProblem::Outside { why: "evil".into() });
        for authentication in [Authentication::Standard, Authentication::Relaxed] {
            let scene = Scene::new(authentication);
            for name in ["owner", "nobody", &OWNER.to_string()] {
                assert_eq!(outside(&scene, name), refused, "{name}");
            }
            assert_eq!(outside(&scene, "a.b.c"), Err(TokenProblem::Invalid));
            assert_eq!(outside(&scene, &scene.token(ARM)), Ok(OWNER));
        }
        let strict = Scene::new(Authentication::Strict);
        assert_eq!(outside(&strict, "owner"), Err(TokenProblem::Invalid));
    }

    #[test]
    fn a_token_is_checked_once_and_judged_each_time() {
        let mut scene = Scene::new(Authentication::Standard);
        let token = scene.token(ARM);
        assert_eq!(scene.bearer(&token), Ok(OWNER));
        assert_eq!(scene.bearer(&token), Ok(OWNER));
        scene.world.directory.remove(OWNER);
        assert_eq!(scene.bearer(&token), Err(TokenProblem::Invalid));
        scene.world = world();
        scene.subscription_tenant = Some(FABRIKAM);
        assert_eq!(scene.bearer(&token), Err(TokenProblem::WrongTenant { token: CONTOSO, subscription: FABRIKAM }));
        scene.service = Service::Graph;
        assert_eq!(scene.bearer(&token), Err(TokenProblem::WrongAudience { audience: ARM.into() }));
        assert_eq!(Entra::new(folder(), Authentication::Standard).tokens.verify(&token).err(), Some(NotOurs::Unverified));
    }

    #[test]
    fn audiences_are_those_of_the_service() {
        let mut scene = Scene::new(Authentication::Standard);
        let graph = "https://localhost:4443/graph/";
        for audience in ["https://management.core.windows.net/", ARM, ORIGIN, "https://127.0.0.1:5555/"] {
            assert_eq!(scene.bearer(&scene.token(audience)), Ok(OWNER), "{audience}");
        }
        for audience in ["https://vault.azure.net", "https://localhost:1", graph, ""] {
            assert_eq!(scene.bearer(&scene.token(audience)), Err(TokenProblem::WrongAudience { audience: audience.into() }));
        }
        scene.service = Service::Graph;
        assert_eq!(scene.bearer(&scene.token(graph)), Ok(OWNER));
    }

    #[test]
    fn advancing_the_clock_expires_what_was_issued_before() {
        let scene = Scene::new(Authentication::Standard);
        let advance = |seconds| ClockChange { to: Some(Moved::By(Duration::from_seconds(seconds))), frozen: None };
        let token = scene.token(ARM);
        scene.clock.change(advance(3_590)).unwrap();
        assert_eq!(scene.bearer(&token), Ok(OWNER));
        scene.clock.change(advance(11)).unwrap();
        assert!(matches!(scene.bearer(&token), Err(TokenProblem::Expired { .. })));
        assert_eq!(scene.bearer(&scene.token(ARM)), Ok(OWNER));
        scene.clock.change(ClockChange { to: None, frozen: Some(true) }).unwrap();
        scene.clock.change(advance(7_200)).unwrap();
        assert_eq!(scene.bearer(&scene.token(ARM)), Ok(OWNER));
    }

    #[test]
    fn claims_that_are_wrong_are_refused() {
        let scene = Scene::new(Authentication::Standard);
        let now = host_now().seconds();
        assert_eq!(scene.with(json!({})), Ok(OWNER));
        assert!(matches!(scene.with(json!({"iat": now - 3_700, "nbf": now - 3_700, "exp": now - 100})), Err(TokenProblem::Expired { .. })));
        assert_eq!(scene.with(json!({ "oid": null })), Err(TokenProblem::NoObjectId));
        for (name, value) in [
            ("nbf", json!(now + 600)),
            ("iss", json!(format!("https://sts.windows.net/{FABRIKAM}/"))),
            ("iss", json!("https://login.microsoftonline.com/")),
            ("iss", Value::Null),
            ("tid", json!(FABRIKAM.to_string())),
            ("tid", Value::Null),
            ("oid", json!(ADA.to_string())),
            ("oid", json!(ENGINEERS.to_string())),
            ("oid", json!("owner")),
            ("appid", json!(ADA.to_string())),
            ("appid", Value::Null),
            ("idtyp", json!("user")),
            ("idtyp", json!("device")),
            ("idtyp", Value::Null),
            ("aud", Value::Null),
            ("exp", Value::Null),
            ("exp", json!(0)),
            ("exp", json!("soon")),
            ("nbf", Value::Null),
            ("iat", Value::Null),
            ("ver", json!("2.0")),
        ] {
            let (name, value) = (name.to_owned(), value);
            assert_eq!(scene.with(json!({ name.clone(): value })), Err(TokenProblem::Invalid), "{name} {value}");
        }
        let elsewhere = json!({"tid": Uuid::from_u128(5).to_string(), "iss": crate::entra::claims::issuer(Uuid::from_u128(5))});
        assert_eq!(scene.with(elsewhere), Err(TokenProblem::Invalid));
    }

    #[test]
    fn forged_tokens_are_refused() {
        let scene = Scene::new(Authentication::Standard);
        let claims = scene.claims();
        let token = scene.token(ARM);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = signed.split_once('.').unwrap();
        let encoded = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let kid = scene.key().id();

        let public = serde_json::to_value(scene.key().public()).unwrap();
        let modulus = URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap()).unwrap();
        let hs256 = |secret: &[u8]| {
            let header = Header { kid: Some(kid.to_owned()), ..Header::new(jsonwebtoken::Algorithm::HS256) };
            jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap()
        };
        let other_key = SigningKey::load_or_create(&folder()).unwrap();
        let other = other_key.sign(&claims).unwrap();
        let (_, other_signature) = other.rsplit_once('.').unwrap();
        let mut changed = claims.clone();
        changed["oid"] = json!(ADA.to_string());

        for (what, token) in [
            ("another key", other.clone()),
            ("another key under our kid", format!("{signed}.{other_signature}")),
            ("no algorithm", format!("{}.{payload}.", encoded(json!({"alg": "none", "typ": "JWT", "kid": kid})))),
            ("no algorithm, signed", format!("{}.{payload}.{signature}", encoded(json!({"alg": "none", "kid": kid})))),
            ("the public key as a secret", hs256(&modulus)),
            ("the key set as a secret", hs256(public.to_string().as_bytes())),
            ("another algorithm", format!("{}.{payload}.{signature}", encoded(json!({"alg": "RS512", "kid": kid})))),
            ("no kid", format!("{}.{payload}.{signature}", encoded(json!({"alg": "RS256"})))),
            ("other claims", format!("{header}.{}.{signature}", encoded(changed))),
            ("truncated", token.chars().take(token.len() - 5).collect()),
            ("no signature", format!("{signed}.")),
            ("padding", format!("{token}=")),
            ("nothing", "..".to_owned()),
            ("no base64", "%.%.%".to_owned()),
        ] {
            assert_eq!(scene.bearer(&token), Err(TokenProblem::Invalid), "{what}");
        }
        assert_eq!(scene.bearer(&token), Ok(OWNER));
    }

    proptest::proptest! {
        #[test]
        fn no_header_is_anyone_by_accident(header in "[Bb]earer [A-Za-z0-9_.=-]{0,40}", other in "\\PC*") {
            let scene = Scene::new(Authentication::Standard);
            for header in [header, other] {
                if let Ok(found) = scene.ask(Some(&header)) {
                    let name = header.split_once(' ').unwrap().1.trim();
                    proptest::prop_assert_eq!(scene.world.directory.named(name).unwrap().object_id, found);
                }
            }
        }
    }
}
