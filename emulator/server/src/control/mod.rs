//! The emulator's own endpoints, under `/_emulator/`: never mixed with Azure's paths.
//!
//! One file a row or two of `docs/control.md`. This one finds the row, guards the door and writes errors:
//! `{"error":{"code","message","target"?}}`. Who may come in stands in `guard`.

pub mod clock;
pub mod explain;
pub mod faults;
pub mod guard;
pub mod health;
pub mod least_privilege;
pub mod nodes;
pub mod oidc;
pub mod operations;
pub mod requests;
pub mod rules;
pub mod sign_ins;
pub mod settings;
pub mod snapshots;
pub mod stop;
#[cfg(test)]
mod tests;
pub mod world;
pub mod worlds;

use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::app::{App, HttpRequest, HttpResponse};
use crate::arm::request::{Body, Query};
use crate::clock::Stopwatch;
use crate::log::RequestLine;
use crate::world_cell::WorldCell;
use adf_emulator_core::strict_json::{self, Kind};
use std::sync::Arc;

/// The first segment of our own paths.
const PREFIX: &str = "_emulator";

/// Bytes of a body that holds a world: 64 MiB, some 20,000 factories. Any other request has at most what Azure takes.
pub const WORLD_BYTES_MAX: usize = 64 * 1024 * 1024;

/// A request to one of our own endpoints.
#[derive(Clone, Copy, Debug)]
pub struct ControlRequest<'a> {
    /// The application.
    pub app: &'a Arc<App>,
    /// The world of the port.
    pub cell: &'a WorldCell,
    /// The request.
    pub http: &'a HttpRequest,
}

/// What an endpoint answers.
pub type Answer = Result<HttpResponse, Refusal>;

/// Why an endpoint refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
    target: Option<String>,
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Refusal {
    /// Returns a refusal with that status, code and message.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), target: None, header: None }
    }

    /// Returns the refusal of a request that is wrong.
    pub fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// Returns the refusal of a request by somebody who may not come in.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message)
    }

    /// Returns the same refusal, naming the field that is wrong.
    #[must_use]
    pub fn at(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Returns the same refusal with a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.header = Some(Box::new((name, value)));
        self
    }

    /// Returns what is wrong and what would be right.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn response(self) -> HttpResponse {
        let mut error = Map::new();
        error.insert("code".to_owned(), self.code.into());
        error.insert("message".to_owned(), self.message.into());
        if let Some(target) = self.target {
            error.insert("target".to_owned(), target.into());
        }
        let mut response = with_json(self.status, &json!({ "error": error }));
        response.headers_mut().extend(self.header.map(|header| *header));
        response
    }
}

/// Returns whether a path is one of ours.
pub fn is_for(path: &str) -> bool {
    segments(path).next() == Some(PREFIX)
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Returns whether the body of a request may be a world, and its sender one who may send it: others are not read as far.
pub fn takes_a_world(app: &Arc<App>, cell: &WorldCell, http: &HttpRequest) -> bool {
    has_room_for_a_world(http) && guard::admit(&ControlRequest { app, cell, http }).is_ok()
}

fn has_room_for_a_world(http: &HttpRequest) -> bool {
    let is_ours = http.connection.azure_host.is_none() && is_for(http.uri.path());
    let is = |method: Method, path: &str| http.method == method && path_of(http) == [path];
    is_ours && (is(Method::PUT, "world") || is(Method::POST, "worlds"))
}

/// Answers one request to our own endpoints.
pub async fn answer(app: &Arc<App>, cell: &WorldCell, http: &HttpRequest) -> HttpResponse {
    let watch = Stopwatch::start();
    let request = ControlRequest { app, cell, http };
    let path = path_of(http);
    let answered = match (admit(&request, &path), path.as_slice()) {
        (Err(refusal), _) => Err(refusal),
        (Ok(()), ["requests", "wait"]) => wait(&request).await,
        (Ok(()), path) => run(&request, path),
    };
    let code = answered.as_ref().err().map(|refusal| refusal.code);
    let mut response = answered.unwrap_or_else(Refusal::response);
    // What a world is now is never what a cache remembers.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    app.log().request(&RequestLine {
        method: http.method.as_str(),
        operation: "-",
        target: http.uri.path(),
        caller: None,
        status: response.status().as_u16(),
        code,
        because: None,
        let_pass: None,
        duration: watch.elapsed(),
    });
    response
}

fn path_of(http: &HttpRequest) -> Vec<&str> {
    segments(http.uri.path()).skip(1).collect()
}

/// Lets in who may come in, with no parameters but those that the endpoint knows, and fields only where
/// they are read.
fn admit(request: &ControlRequest<'_>, path: &[&str]) -> Result<(), Refusal> {
    let answers_everyone = matches!(path, ["health" | "ca.pem"]);
    if !answers_everyone {
        guard::admit(request)?;
    }
    if matches!(request.http.method, Method::GET | Method::HEAD | Method::DELETE) {
        // What is meant stands in the path and its parameters; whoever writes it into a body means less than all.
        request.fields(&[])?;
    }
    let known: &[&str] = match (&request.http.method, path) {
        (&Method::GET | &Method::HEAD, ["world"]) => &world::PARAMETERS,
        (&Method::GET | &Method::HEAD, ["requests"]) => &requests::PARAMETERS,
        (&Method::GET | &Method::HEAD, ["least-privilege"]) => &least_privilege::PARAMETERS,
        _ => &[],
    };
    request.parameters(known)
}

/// The one endpoint that does not answer at once.
async fn wait(request: &ControlRequest<'_>) -> Answer {
    if request.http.method == Method::POST { requests::wait(request).await } else { Err(method_not_allowed(request, "POST")) }
}

fn run(request: &ControlRequest<'_>, path: &[&str]) -> Answer {
    match path {
        ["health"] => by_method(request, &[(Method::GET, health::get)]),
        ["ca.pem"] => by_method(request, &[(Method::GET, health::ca_pem)]),
        ["world"] => by_method(request, &[(Method::GET, world::get), (Method::PUT, world::put)]),
        ["reset"] => by_method(request, &[(Method::POST, world::reset)]),
        ["clock"] => by_method(request, &[(Method::GET, clock::get), (Method::PATCH, clock::patch)]),
        ["settings"] => by_method(request, &[(Method::GET, settings::get), (Method::PATCH, settings::patch)]),
        ["snapshots"] => by_method(request, &[(Method::GET, snapshots::list)]),
        ["snapshots", _] => by_method(request, &[(Method::PUT, snapshots::put), (Method::DELETE, snapshots::delete)]),
        ["snapshots", _, "restore"] => by_method(request, &[(Method::POST, snapshots::restore)]),
        ["worlds"] => by_method(request, &[(Method::GET, worlds::list), (Method::POST, worlds::open)]),
        ["worlds", _] => by_method(request, &[(Method::GET, worlds::get), (Method::DELETE, worlds::close)]),
        ["rules"] => by_method(request, &[(Method::GET, rules::list)]),
        ["operations"] => by_method(request, &[(Method::GET, operations::list)]),
        ["nodes"] => by_method(request, &[(Method::GET, nodes::list), (Method::POST, nodes::register)]),
        ["nodes", _] => by_method(request, &[(Method::GET, nodes::get), (Method::PATCH, nodes::patch), (Method::DELETE, nodes::delete)]),
        ["nodes", _, "heartbeat"] => by_method(request, &[(Method::POST, nodes::heartbeat)]),
        ["oidc", ".well-known", "openid-configuration"] => by_method(request, &[(Method::GET, oidc::configuration)]),
        ["oidc", "keys"] => by_method(request, &[(Method::GET, oidc::keys)]),
        ["oidc", "token"] => by_method(request, &[(Method::POST, oidc::token)]),
        ["requests"] => by_method(request, &[(Method::GET, requests::list), (Method::DELETE, requests::clear)]),
        ["requests", "verify"] => by_method(request, &[(Method::POST, requests::verify)]),
        ["requests", _] => by_method(request, &[(Method::GET, requests::get)]),
        ["sign-ins"] => by_method(request, &[(Method::GET, sign_ins::list)]),
        ["sign-ins", _] => by_method(request, &[(Method::POST, sign_ins::post)]),
        ["faults"] => by_method(request, &[(Method::GET, faults::list), (Method::POST, faults::add), (Method::DELETE, faults::clear)]),
        ["faults", _] => by_method(request, &[(Method::GET, faults::get), (Method::DELETE, faults::remove)]),
        ["explain"] => by_method(request, &[(Method::POST, explain::explain)]),
        ["who-can"] => by_method(request, &[(Method::POST, explain::who_can)]),
        ["what-can"] => by_method(request, &[(Method::POST, explain::what_can)]),
        ["least-privilege"] => by_method(request, &[(Method::GET, least_privilege::get)]),
        ["stop"] => by_method(request, &[(Method::POST, stop::post)]),
        _ => {
            let message = format!("There is no '{}'; docs/control.md lists what there is.", request.http.uri.path());
            Err(Refusal::new(StatusCode::NOT_FOUND, "NotFound", message))
        }
    }
}

/// One endpoint of a path.
type Endpoint = fn(&ControlRequest<'_>) -> Answer;

fn by_method(request: &ControlRequest<'_>, endpoints: &[(Method, Endpoint)]) -> Answer {
    // The answer to HEAD is that to GET; its body is not sent.
    let method = if request.http.method == Method::HEAD { &Method::GET } else { &request.http.method };
    if let Some((_, run)) = endpoints.iter().find(|(known, _)| known == method) {
        return run(request);
    }
    let allowed = endpoints.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(", ");
    Err(method_not_allowed(request, &allowed))
}

fn method_not_allowed(request: &ControlRequest<'_>, allowed: &str) -> Refusal {
    let message = format!("'{}' answers {allowed}, not {}.", request.http.uri.path(), request.http.method);
    let refusal = Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", message);
    match HeaderValue::from_str(allowed) {
        Ok(allowed) => refusal.with(header::ALLOW, allowed),
        Err(_) => refusal,
    }
}

impl ControlRequest<'_> {
    /// Returns the segment of our own path with that number, such as an id behind `worlds`; empty when there is none.
    pub fn segment(&self, number: usize) -> &str {
        segments(self.http.uri.path()).nth(number.saturating_add(1)).unwrap_or_default()
    }

    /// Returns the last segment of the path, such as an id.
    pub fn last_segment(&self) -> &str {
        segments(self.http.uri.path()).last().unwrap_or_default()
    }

    /// Returns the query.
    pub fn query(&self) -> Query<'_> {
        Query::parse(self.http.uri.query().unwrap_or_default())
    }

    /// Refuses parameters in the query that are not among `known`.
    fn parameters(&self, known: &[&str]) -> Result<(), Refusal> {
        let query = self.query();
        let names: Vec<&str> = query.iter().map(|(name, _)| name).collect();
        if let Some((_, twice)) = names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|earlier| earlier == *name)) {
            return Err(Refusal::bad_request("InvalidField", format!("The parameter '{twice}' is there twice; keep one.")).at(*twice));
        }
        let Some((unknown, _)) = query.iter().find(|(name, _)| !known.contains(name)) else { return Ok(()) };
        let takes = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!("The parameter '{unknown}' is not known; this endpoint takes {takes}.");
        Err(Refusal::bad_request("UnknownField", message).at(unknown))
    }

    /// Returns the body's bytes; refuses one that is too large.
    pub fn bytes(&self) -> Result<&Bytes, Refusal> {
        match &self.http.body {
            Body::Whole(bytes) => Ok(bytes),
            Body::TooLarge => {
                let most = if has_room_for_a_world(self.http) { "64 MB" } else { "4 MB" };
                Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestContentTooLarge", format!("The body is larger than {most}.")))
            }
        }
    }

    /// Returns the body as an object whose fields are among `known`; an empty body is an empty object.
    pub fn fields(&self, known: &[&str]) -> Result<Map<String, Value>, Refusal> {
        let bytes = self.bytes()?;
        if bytes.is_empty() {
            return Ok(Map::new());
        }
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::bad_request("InvalidRequestContent", "The body is not UTF-8."))?;
        let strict_json::Object(fields) = strict_json::read(text).map_err(misread)?;
        all_known(&fields, known)?;
        Ok(fields)
    }
}

fn misread(mistake: strict_json::Mistake) -> Refusal {
    let strict_json::Mistake { target, kind, problem, line, column } = mistake;
    match target {
        Some(target) => Refusal::bad_request("InvalidField", format!("The field '{target}' {problem}.")).at(target),
        None if kind == Kind::Syntax => {
            Refusal::bad_request("InvalidRequestContent", format!("The body {problem} at line {line}, column {column}."))
        }
        None => Refusal::bad_request("InvalidRequestContent", "The body is not a JSON object."),
    }
}

/// Refuses fields that are not among `known`.
pub fn all_known(fields: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    let Some(unknown) = fields.keys().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
    let known = if known.is_empty() { "no fields".to_owned() } else { known.join(", ") };
    let message = format!("The field '{unknown}' is not known; this endpoint takes {known}.");
    Err(Refusal::bad_request("UnknownField", message).at(unknown.as_str()))
}

/// Returns 200 with a JSON body.
pub fn ok(body: &Value) -> HttpResponse {
    with_json(StatusCode::OK, body)
}

/// Returns 201 with a JSON body.
pub fn created(body: &Value) -> HttpResponse {
    with_json(StatusCode::CREATED, body)
}

/// Returns the refusal of something that has no such name or id.
pub fn not_found(what: &str, target: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "NotFound", format!("There is no {what}.")).at(target)
}

/// Returns 204.
pub fn no_content() -> HttpResponse {
    let mut response = HttpResponse::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn with_json(status: StatusCode, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::new(body.to_string().into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
