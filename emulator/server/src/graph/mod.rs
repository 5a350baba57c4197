//! Microsoft Graph: the slice that clients of role-based access control use, under `/graph/v1.0/` and `/graph/beta/`.
//!
//! Callers see their own tenant. Members and applications read all of it; a guest reads by id, but may not list, filter
//! or search: the documented limitation of guests who share a runtime. Members write, and applications that may. What is
//! not here is refused by name. Facts: `client-connection` 4 and 7, `authorization-wire` 1.7;
//! <https://learn.microsoft.com/graph/api/overview>.

pub mod credential;
pub mod failure;
pub mod federated_credential;
pub mod filter;
pub mod list;
pub mod membership;
pub mod object;
pub mod operations;
pub mod request;
pub mod secret;
pub mod select;
pub mod write;

use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::Value;
use uuid::Uuid;

use crate::answered::Answered;
use crate::app::{App, HttpRequest, HttpResponse};
use crate::entra;
use crate::entra::audience::Service;
use crate::world_cell::WorldCell;
use failure::Failure;
use operations::{Operation, Run};
use request::GraphRequest;

/// The path below which Graph stands, except at Azure's own host.
pub const PATH: &str = "/graph";

/// What log and journal call a request of no operation.
pub const GRAPH: &str = "Graph";

/// Returns whether a path is Graph's.
pub fn serves(path: &ResourceId) -> bool {
    path.segments().next().is_some_and(|first| first.eq_ignore_ascii_case(PATH.trim_start_matches('/')))
}

/// What an operation answers.
#[derive(Debug)]
pub enum Reply {
    /// 200 and a body.
    Json(Value),
    /// 201, a body and where it is.
    Created {
        /// What was made.
        body: Value,
        /// Where it is.
        location: String,
    },
    /// 204.
    NoContent,
    /// 200 and a number as text.
    Count(usize),
}

/// What stands for the caller's own user in a path.
const ME: &str = "me";

/// Returns the name of the operation that a request asks for; `Graph` when it is not emulated.
pub fn operation_of(method: &Method, path: &ResourceId) -> &'static str {
    let Some((_, mut parts)) = request::version_and_parts(path) else { return GRAPH };
    if parts.first().is_some_and(|first| first.eq_ignore_ascii_case(ME)) {
        parts.splice(0..1, ["users".to_owned(), ME.to_owned()]);
    }
    Operation::find(method, &parts).map_or(GRAPH, |operation| operation.name_at(&parts))
}

/// Answers one request to Graph.
pub fn answer(app: &App, cell: &WorldCell, http: &HttpRequest, path: &ResourceId) -> Answered {
    let world = cell.read();
    let (caller, answer) = match entra::caller(app, cell, &world, http, Service::Graph, None) {
        Ok(caller) => {
            let answered = match GraphRequest::read(http, path, caller) {
                Some(asked) => dispatch(asked, cell, &world, path),
                None => Err(not_emulated(http, path)),
            };
            (Some(caller), answered)
        }
        Err(problem) => (None, Err(Failure::of_token(&problem, &http.origin, cell.clock().now()))),
    };
    let request_id = app.next_request_id();
    Answered {
        request_id,
        operation: operation_of(&http.method, path),
        path: Some(path.clone()),
        caller: caller.and_then(|caller| world.directory.principal(caller.object_id).cloned()),
        decisions: Vec::new(),
        let_pass: None,
        refused: answer.as_ref().err().map(Failure::refused),
        response: response(request_id, http, answer, cell.clock().now()),
    }
}

/// Finds the operation, asks whether the caller may, and runs it.
fn dispatch(mut asked: GraphRequest<'_>, cell: &WorldCell, world: &World, path: &ResourceId) -> Result<Reply, Failure> {
    let is_of_caller = asked.parts.first().is_some_and(|first| first.eq_ignore_ascii_case(ME));
    if is_of_caller {
        let user = asked.caller_in(world).filter(|it| it.object_type() == object::ObjectType::User);
        let Some(user) = user else {
            return Err(Failure::bad_request("/me request is only valid with delegated authentication flow."));
        };
        asked.parts.splice(0..1, ["users".to_owned(), user.id().to_string()]);
    }
    let Some(operation) = Operation::find(&asked.http.method, &asked.parts) else {
        let is_a_list = asked.is_guest(world) && asked.parts.len() == 1;
        return Err(if is_a_list { Failure::guest() } else { not_emulated(asked.http, path) });
    };
    match operation.run {
        Run::Read(_) if asked.is_guest(world) && !operation.is_for_guests && !is_of_caller => Err(Failure::guest()),
        Run::Read(run) => run(&asked, world),
        // Who may is asked again of the world that is changed.
        Run::Write(run) => cell.update(|world| if asked.may_write(world) { run(&asked, world) } else { Err(Failure::forbidden()) }),
    }
}

fn not_emulated(http: &HttpRequest, path: &ResourceId) -> Failure {
    Failure::not_emulated(&format!("{} {}", http.method, path.as_str()))
}

fn response(request_id: Uuid, http: &HttpRequest, answer: Result<Reply, Failure>, now: Timestamp) -> HttpResponse {
    let own_id = request_id.to_string();
    let client_request_id = http.headers.get("client-request-id").and_then(|id| id.to_str().ok()).unwrap_or(&own_id);
    let json = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    let bytes = |value: &Value| serde_json::to_vec(value).unwrap_or_default();
    let mut more = HeaderMap::new();
    let (status, media_type, body) = match answer {
        Ok(Reply::Json(value)) => (StatusCode::OK, Some(json), bytes(&value)),
        Ok(Reply::Created { body, location }) => {
            insert(&mut more, "location", &location);
            (StatusCode::CREATED, Some(json), bytes(&body))
        }
        Ok(Reply::Count(count)) => (StatusCode::OK, Some("text/plain"), count.to_string().into_bytes()),
        Ok(Reply::NoContent) => (StatusCode::NO_CONTENT, None, Vec::new()),
        Err(failure) => {
            more.extend(failure.header.as_deref().cloned());
            (failure.status, Some("application/json"), failure.body(request_id, client_request_id, now))
        }
    };
    let body = if http.method == Method::HEAD { Vec::new() } else { body };
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(media_type) = media_type {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert("odata-version", HeaderValue::from_static("4.0"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
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

#[cfg(test)]
mod tests;
