//! A request to Graph, read: version, path with its keys, query, body.
//!
//! `users/{id}`, `users('{id}')` and `servicePrincipals(appId='{id}')` are the same to the operations. Whose the request
//! is, is known; whether it may be made is not decided here.

use adf_emulator_core::directory::PrincipalKind;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::{Document, World};
use serde_json::Value;
use uuid::Uuid;

use super::failure::Failure;
use super::object::{Object, ObjectType};
use crate::app::HttpRequest;
use crate::arm::request::{Body, Caller, Query};
use crate::azure_hosts::graph_of;

/// A request of a known caller.
pub struct GraphRequest<'a> {
    /// The request as it came.
    pub http: &'a HttpRequest,
    /// Its query.
    pub query: Query<'a>,
    /// Its path behind the version: names and keys.
    pub parts: Vec<String>,
    /// `v1.0` or `beta`.
    pub version: String,
    /// Who asks.
    pub caller: Caller,
}

impl<'a> GraphRequest<'a> {
    /// Reads a request; `None` for what is neither `v1.0` nor `beta`.
    pub fn read(http: &'a HttpRequest, path: &ResourceId, caller: Caller) -> Option<Self> {
        let (version, parts) = version_and_parts(path)?;
        let query = Query::parse(http.uri.query().unwrap_or_default());
        Some(Self { http, query, parts, version, caller })
    }

    /// Returns the URL of this version of Graph.
    pub fn base(&self) -> String {
        format!("{}/{}", graph_of(&self.http.origin), self.version)
    }

    /// Returns the caller as an object.
    pub fn caller_in<'w>(&self, world: &'w World) -> Option<Object<'w>> {
        world.directory.principal(self.caller.object_id).map(|it| Object::Principal(it))
    }

    /// Returns whether the caller is a guest.
    pub fn is_guest(&self, world: &World) -> bool {
        let caller = world.directory.principal(self.caller.object_id);
        caller.is_some_and(|caller| matches!(&caller.kind, PrincipalKind::User(user) if user.guest))
    }

    /// Returns whether the caller may change the directory: a member, or an application that may write.
    pub fn may_write(&self, world: &World) -> bool {
        match world.directory.principal(self.caller.object_id).map(|it| &it.kind) {
            Some(PrincipalKind::User(user)) => !user.guest,
            Some(PrincipalKind::ServicePrincipal(it)) => {
                world.directory.application_of(it.app_id).is_some_and(|it| it.graph.as_deref() == Some("write"))
            }
            _ => false,
        }
    }

    /// Returns the object that a collection and a key name, in the caller's tenant.
    ///
    /// # Errors
    /// 404.
    pub fn find<'w>(&self, world: &'w World, of_type: Option<ObjectType>, key: &str) -> Result<Object<'w>, Failure> {
        let directory = &world.directory;
        let app_id = app_id_of(key);
        let id = Uuid::try_parse(key).ok();
        let found = match of_type {
            Some(ObjectType::Application) => {
                let found = app_id.map_or_else(|| id.and_then(|id| directory.application(id)), |id| directory.application_of(id));
                found.map(|it| Object::Application(it))
            }
            Some(ObjectType::ServicePrincipal) if app_id.is_some() => {
                app_id.and_then(|id| directory.by_app_id(id)).map(|it| Object::Principal(it))
            }
            _ => {
                let by_name = || directory.by_user_principal_name(key).filter(|_| of_type == Some(ObjectType::User));
                let principal = id.and_then(|id| directory.principal(id)).or_else(by_name).map(|it| Object::Principal(it));
                principal
                    .or_else(|| id.filter(|_| of_type.is_none()).and_then(|id| directory.application(id)).map(|it| Object::Application(it)))
            }
        };
        let found = found.filter(|it| self.sees(*it) && of_type.is_none_or(|of_type| it.object_type() == of_type));
        found.ok_or_else(|| Failure::not_found(app_id_text(key).unwrap_or(key)))
    }

    /// Returns whether an object is in the caller's tenant.
    pub fn sees(&self, object: Object<'_>) -> bool {
        let tenant_id = match object {
            Object::Principal(it) => it.tenant_id,
            Object::Application(it) => it.tenant_id,
        };
        tenant_id == self.caller.tenant_id
    }

    /// Returns the body as a JSON object.
    ///
    /// # Errors
    /// For no body, one that is no JSON object, and one that is too large.
    pub fn body(&self) -> Result<Document, Failure> {
        let Body::Whole(bytes) = &self.http.body else { return Err(Failure::too_large()) };
        if bytes.is_empty() {
            return Err(Failure::bad_request("Empty Payload. JSON content expected."));
        }
        let unreadable =
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
        serde_json::from_slice(bytes).map_err(|_| Failure::bad_request(unreadable))
    }

    /// Refuses query options other than these.
    ///
    /// # Errors
    /// 501 for the first that is another.
    pub fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let is_known = |name: &str| known.iter().any(|it| it.eq_ignore_ascii_case(name));
        let unknown = self.query.iter().map(|(name, _)| name).find(|name| name.starts_with('$') && !is_known(name));
        unknown.map_or(Ok(()), |name| Err(Failure::not_emulated(&format!("the query option {name}"))))
    }

    /// Returns whether the client accepts eventual consistency, which some queries need.
    pub fn is_eventual(&self) -> bool {
        let level = self.http.headers.get("consistencylevel").and_then(|it| it.to_str().ok());
        let level = level.or_else(|| self.query.get("ConsistencyLevel"));
        level.is_some_and(|level| level.eq_ignore_ascii_case("eventual"))
    }

    /// Returns the id of the object that the URL of a reference names.
    ///
    /// # Errors
    /// 400 for what is no such URL, 404 for nobody.
    pub fn referenced(&self, world: &World, url: &Value) -> Result<Uuid, Failure> {
        let malformed = || Failure::request_bad_request("Invalid URL format specified in payload.");
        let url = url.as_str().ok_or_else(malformed)?;
        let path = url.split_once("://").map_or(url, |(_, rest)| rest);
        let parts: Vec<String> = path.split('/').filter(|it| !it.is_empty()).flat_map(parts_of).collect();
        let [.., collection, key] = parts.as_slice() else { return Err(malformed()) };
        let of_type = ObjectType::of_collection(collection);
        if of_type.is_none() && !collection.eq_ignore_ascii_case("directoryObjects") {
            return Err(malformed());
        }
        self.find(world, of_type, key).map(Object::id)
    }

    /// Takes the references that a body binds to a property, such as `members@odata.bind`.
    ///
    /// # Errors
    /// As for `referenced`.
    pub fn bound(&self, world: &World, body: &mut Document, property: &str) -> Result<Vec<Uuid>, Failure> {
        let name = format!("{property}@odata.bind");
        match body.shift_remove(&name) {
            None => Ok(Vec::new()),
            Some(Value::Array(urls)) => urls.iter().map(|url| self.referenced(world, url)).collect(),
            Some(_) => Err(Failure::request_bad_request(format!("Invalid value specified for property '{name}'."))),
        }
    }
}

/// Returns what a path names: the version, and names and keys behind it; `None` for what is neither `v1.0` nor `beta`.
pub fn version_and_parts(path: &ResourceId) -> Option<(String, Vec<String>)> {
    let mut segments = path.segments().skip(1);
    let version = segments.next().map(str::to_ascii_lowercase).filter(|it| ["v1.0", "beta"].contains(&it.as_str()))?;
    Some((version, segments.flat_map(parts_of).collect()))
}

/// How a key that is an application id is kept among the parts.
const APP_ID: &str = "appId=";

fn parts_of(segment: &str) -> Vec<String> {
    let keyed = segment.strip_suffix(')').and_then(|it| it.split_once('('));
    let Some((name, key)) = keyed else { return vec![segment.to_owned()] };
    let unquoted = |text: &str| text.trim().trim_matches('\'').replace("''", "'");
    let key = match key.split_once('=') {
        Some((property, value)) if property.trim().eq_ignore_ascii_case("appId") => format!("{APP_ID}{}", unquoted(value)),
        _ => unquoted(key),
    };
    vec![name.to_owned(), key]
}

fn app_id_text(key: &str) -> Option<&str> {
    key.strip_prefix(APP_ID)
}

fn app_id_of(key: &str) -> Option<Uuid> {
    app_id_text(key).and_then(|text| Uuid::try_parse(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_behind_a_slash_or_in_brackets() {
        assert_eq!(parts_of("users"), ["users"]);
        assert_eq!(parts_of("users('$ada@x')"), ["users", "$ada@x"]);
        assert_eq!(parts_of("servicePrincipals(appId='a')"), ["servicePrincipals", "appId=a"]);
        assert_eq!(parts_of("a(b"), ["a(b"]);
    }
}
