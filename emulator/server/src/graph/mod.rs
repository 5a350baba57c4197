//! Microsoft Graph, read only: the slice that role cmdlets ask for, under `/graph/v1.0/`.
//!
//! Callers see their own tenant. Members and applications read all of it; a guest reads by id, but may not list, filter
//! or search: the documented limitation of guests who share a runtime. What is not here is refused by name.
//! Facts: `client-connection` 4 and 7, `authorization-wire` 1.7; <https://learn.microsoft.com/graph/api/overview>.

pub mod failure;
pub mod filter;
pub mod object;

use std::sync::Arc;

use adf_emulator_core::directory::{Principal, PrincipalKind};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::{Document, World};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answered::{Answered, Refused};
use crate::app::{App, HttpRequest, HttpResponse};
use crate::arm::request::{Body, Caller, Query};
use crate::azure_hosts::graph_of;
use crate::clock::host_now;
use crate::entra;
use crate::entra::audience::Service;
use crate::world_cell::WorldCell;
use failure::Failure;
use filter::{Filter, NoFilter};
use object::{ObjectType, object};

/// Ids that one `getByIds` may have
/// <https://learn.microsoft.com/graph/api/directoryobject-getbyids>.
const IDS_MAX: usize = 1_000;

/// The path below which Graph stands, except at Azure's own host.
pub const PATH: &str = "/graph";

/// Returns whether a path is Graph's.
pub fn serves(path: &ResourceId) -> bool {
    path.segments().next().is_some_and(|first| first.eq_ignore_ascii_case(PATH.trim_start_matches('/')))
}

/// A request of a known caller.
struct GraphRequest<'a> {
    http: &'a HttpRequest,
    query: Query,
    world: &'a World,
    caller: Caller,
}

/// An answer and the operation's name for the log.
type Named = (&'static str, Result<Value, Failure>);

/// Answers one request to Graph.
pub fn answer(app: &App, cell: &WorldCell, http: &HttpRequest, path: &ResourceId) -> Answered {
    let world = cell.read();
    let (caller, (operation, answer)) = match entra::caller(app, cell, &world, http, Service::Graph, None) {
        Ok(caller) => {
            let query = Query::parse(http.uri.query().unwrap_or_default());
            (Some(caller), GraphRequest { http, query, world: &world, caller }.answer(path))
        }
        Err(problem) => (None, ("Graph", Err(Failure::of_token(&problem, &http.origin, host_now())))),
    };
    let request_id = app.next_request_id();
    Answered {
        request_id,
        operation,
        path: Some(path.clone()),
        caller: caller.and_then(|caller| world.directory.principal(caller.object_id).cloned()),
        decision: None,
        refused: answer.as_ref().err().map(|failure| Refused { code: failure.code.into(), rule: None }),
        response: response(request_id, http, answer),
    }
}

impl GraphRequest<'_> {
    fn answer(&self, path: &ResourceId) -> Named {
        let segments: Vec<&str> = path.segments().skip(1).collect();
        let is_get = matches!(self.http.method, Method::GET | Method::HEAD);
        let (version, rest) = segments.split_first().unwrap_or((&"", &[]));
        if !version.eq_ignore_ascii_case("v1.0") {
            return ("Graph", Err(self.not_emulated(path)));
        }
        match rest {
            [me] if is_get && me.eq_ignore_ascii_case("me") => ("user-get", self.me()),
            [_] if is_get && self.is_guest() => ("list", Err(Failure::guest())),
            [collection] if is_get => match ObjectType::of_collection(collection) {
                Some(of_type) => ("list", self.list(of_type)),
                None => ("Graph", Err(self.not_emulated(path))),
            },
            [collection, id] if is_get => match ObjectType::of_collection(collection) {
                Some(of_type) => ("get", self.get(id, Some(of_type))),
                None if collection.eq_ignore_ascii_case("directoryObjects") => ("get", self.get(id, None)),
                None => ("Graph", Err(self.not_emulated(path))),
            },
            [collection, action]
                if self.http.method == Method::POST && collection.eq_ignore_ascii_case("directoryObjects") && is_get_by_ids(action) =>
            {
                ("directoryObject-getByIds", self.get_by_ids())
            }
            _ => ("Graph", Err(self.not_emulated(path))),
        }
    }

    fn not_emulated(&self, path: &ResourceId) -> Failure {
        Failure::not_emulated(&format!("{} {}", self.http.method, path.as_str()))
    }

    fn is_guest(&self) -> bool {
        let caller = self.world.directory.principal(self.caller.object_id);
        caller.is_some_and(|caller| matches!(&caller.kind, PrincipalKind::User(user) if user.guest))
    }

    /// Returns the principals that the caller can see: those of its tenant.
    fn principals(&self) -> impl Iterator<Item = &Arc<Principal>> {
        self.world.directory.principals().filter(|principal| principal.tenant_id == self.caller.tenant_id)
    }

    fn me(&self) -> Result<Value, Failure> {
        let caller = self.world.directory.principal(self.caller.object_id);
        match caller.filter(|caller| ObjectType::of(caller) == ObjectType::User) {
            Some(user) => self.entity(user, Some(ObjectType::User)),
            None => Err(Failure::bad_request("/me request is only valid with delegated authentication flow.")),
        }
    }

    /// One object by its id; a user also by the user principal name.
    fn get(&self, id: &str, of_type: Option<ObjectType>) -> Result<Value, Failure> {
        let directory = &self.world.directory;
        let by_id = Uuid::try_parse(id).ok().and_then(|id| directory.principal(id));
        let by_name = || directory.by_user_principal_name(id).filter(|_| of_type == Some(ObjectType::User));
        let found = by_id.or_else(by_name).filter(|principal| principal.tenant_id == self.caller.tenant_id);
        let found = found.filter(|principal| of_type.is_none_or(|of_type| ObjectType::of(principal) == of_type));
        self.entity(found.ok_or_else(|| Failure::not_found(id))?, of_type)
    }

    fn entity(&self, principal: &Principal, of_type: Option<ObjectType>) -> Result<Value, Failure> {
        self.only(&["$select"])?;
        let collection = of_type.map_or("directoryObjects", ObjectType::collection);
        let mut entity = Document::new();
        entity.insert("@odata.context".to_owned(), self.context(&format!("{collection}/$entity")));
        entity.extend(self.selected(object(principal)));
        Ok(Value::Object(entity))
    }

    fn list(&self, of_type: ObjectType) -> Result<Value, Failure> {
        self.only(&["$select", "$filter", "$count", "$top"])?;
        let filter = self.query.get("$filter").map(|text| read_filter(text, of_type)).transpose()?;
        let all = self.principals().filter(|principal| ObjectType::of(principal) == of_type).map(|principal| object(principal));
        let found: Vec<Document> = all.filter(|object| filter.as_ref().is_none_or(|filter| filter.admits(object))).collect();
        if let Some(top) = self.query.get("$top") {
            let top: usize = top.parse().map_err(|_| Failure::bad_request(format!("Invalid page size specified: '{top}'.")))?;
            if top < found.len() {
                return Err(Failure::not_emulated("pages of a list ($top)"));
            }
        }
        let mut list = Document::new();
        list.insert("@odata.context".to_owned(), self.context(of_type.collection()));
        if self.query.get("$count").is_some_and(|count| count.eq_ignore_ascii_case("true")) {
            list.insert("@odata.count".to_owned(), json!(found.len()));
        }
        list.insert("value".to_owned(), found.into_iter().map(|object| Value::Object(self.selected(object))).collect());
        Ok(Value::Object(list))
    }

    /// Objects by their ids; unknown ids are left out.
    fn get_by_ids(&self) -> Result<Value, Failure> {
        let Body::Whole(bytes) = &self.http.body else { return Err(Failure::too_large()) };
        let unreadable =
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";
        let body: Document = serde_json::from_slice(bytes).map_err(|_| Failure::bad_request(unreadable))?;
        let texts = |name: &str| -> Result<Option<Vec<&str>>, Failure> {
            let wrong = || Failure::bad_request(format!("The property '{name}' has to be a list of strings."));
            let Some(value) = body.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
            value.as_array().ok_or_else(wrong)?.iter().map(|it| it.as_str().ok_or_else(wrong)).collect::<Result<_, _>>().map(Some)
        };
        let ids = texts("ids")?.ok_or_else(|| Failure::bad_request("The property 'ids' is missing."))?;
        if ids.len() > IDS_MAX {
            return Err(Failure::bad_request(format!("The property 'ids' has more than {IDS_MAX} values.")));
        }
        let types = texts("types")?;
        let mut value = Vec::with_capacity(ids.len());
        for id in ids {
            let id = Uuid::try_parse(id).map_err(|_| Failure::bad_request(format!("Invalid GUID:{id}")))?;
            let Some(principal) = self.world.directory.principal(id).filter(|it| it.tenant_id == self.caller.tenant_id) else { continue };
            let name = ObjectType::of(principal).name();
            if types.as_ref().is_none_or(|types| types.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))) {
                value.push(object(principal));
            }
        }
        Ok(json!({ "@odata.context": self.context("directoryObjects"), "value": value }))
    }

    fn context(&self, of: &str) -> Value {
        Value::String(format!("{}/v1.0/$metadata#{of}", graph_of(&self.http.origin)))
    }

    /// Refuses query options other than these.
    fn only(&self, known: &[&str]) -> Result<(), Failure> {
        let unknown = self
            .query
            .iter()
            .map(|(name, _)| name)
            .find(|name| name.starts_with('$') && !known.iter().any(|it| it.eq_ignore_ascii_case(name)));
        unknown.map_or(Ok(()), |name| Err(Failure::not_emulated(&format!("the query option {name}"))))
    }

    fn selected(&self, mut object: Document) -> Document {
        if let Some(select) = self.query.get("$select").filter(|select| !select.is_empty()) {
            let wanted: Vec<&str> = select.split(',').map(str::trim).collect();
            object.retain(|name, _| name.starts_with('@') || wanted.iter().any(|it| it.eq_ignore_ascii_case(name)));
        }
        object
    }
}

fn is_get_by_ids(action: &str) -> bool {
    action.strip_prefix("microsoft.graph.").unwrap_or(action).eq_ignore_ascii_case("getByIds")
}

fn read_filter(text: &str, of_type: ObjectType) -> Result<Filter, Failure> {
    let not_emulated = || Failure::not_emulated(&format!("the $filter {text}"));
    let filter = Filter::parse(text).map_err(|problem| match problem {
        NoFilter::Malformed => Failure::bad_request(format!("Invalid filter clause: '{text}'.")),
        NoFilter::NotEmulated => not_emulated(),
    })?;
    let is_known = of_type.properties().iter().any(|known| known.eq_ignore_ascii_case(filter.property()));
    if is_known { Ok(filter) } else { Err(not_emulated()) }
}

fn response(request_id: Uuid, http: &HttpRequest, answer: Result<Value, Failure>) -> HttpResponse {
    let own_id = request_id.to_string();
    let client_request_id = http.headers.get("client-request-id").and_then(|id| id.to_str().ok()).unwrap_or(&own_id);
    let (status, body, more) = match answer {
        Ok(value) => (StatusCode::OK, serde_json::to_vec(&value).unwrap_or_default(), None),
        Err(failure) => (failure.status, failure.body(request_id, client_request_id, host_now()), failure.header),
    };
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let media_type = if status == StatusCode::OK {
        "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    } else {
        "application/json"
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert("odata-version", HeaderValue::from_static("4.0"));
    insert(headers, "request-id", &own_id);
    insert(headers, "client-request-id", client_request_id);
    headers.extend(more);
    response
}

fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
