//! One entry of the journal: a request, its answer, and why.
//!
//! Kept as one text of its own, so that recording costs little and no buffer of a connection lives on; made into JSON
//! only when somebody reads it.

use super::secrets;
use crate::answered::{Answered, Cause, See, Why};
use crate::app::{HttpRequest, HttpResponse};
use crate::arm::request::Body;
use crate::faults::Struck;
use adf_emulator_core::authorization::ledger::Decision;
use adf_emulator_core::directory::Principal;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::rules::Rule;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// Bytes of a body that an entry keeps: 64 KiB.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// One request and its answer.
#[derive(Debug)]
pub struct Entry {
    /// The answer's `x-ms-request-id`.
    pub id: Uuid,
    /// When it was answered, on the world's clock.
    pub time: Timestamp,
    /// The method.
    pub method: Method,
    /// The path as it was understood; none where it could not be.
    path: Option<ResourceId>,
    /// The operation's name; `-` where none is known.
    pub operation: &'static str,
    /// Who called, where that is known.
    pub caller: Option<Arc<Principal>>,
    /// The status; none when there was no answer.
    pub status: Option<u16>,
    /// The code of a refusal.
    pub code: Option<Box<str>>,
    /// Why it was refused.
    pub cause: Option<Cause>,
    /// The fault that struck it.
    pub fault: Option<u64>,
    /// What was decided about access, first what the operation itself needs.
    pub decisions: Box<[Decision]>,
    /// The rule by which it would have been refused, had the world not let it pass.
    pub let_pass: Option<&'static Rule>,
    duration: Duration,
    /// The URL of the emulator, for commands about the request.
    emulator: Arc<str>,
    /// The request, then its answer.
    text: Box<[u8]>,
    request: Place,
    response: Place,
}

/// An operation's name, and the path as it was understood.
pub type Named = (&'static str, Option<ResourceId>);

/// A request or an answer as it is about to be kept.
struct Message<'a> {
    /// The URL of a request, in two parts.
    url: [&'a str; 2],
    headers: &'a HeaderMap,
    /// The body, or its beginning.
    body: Cow<'a, [u8]>,
    body_bytes: Option<usize>,
}

/// Where a request or an answer stands in the text of its entry: the URL, one header a line, the body.
#[derive(Debug, Default)]
struct Place {
    begin: usize,
    url_end: usize,
    head_end: usize,
    end: usize,
    /// How many bytes the body had; none when it was too large to be read.
    body_bytes: Option<usize>,
}

impl Entry {
    /// Returns the entry of the request to the emulator at that URL and its answer, at that time of the world's clock, with the fault that struck it;
    /// and the response.
    pub fn answered(
        http: &HttpRequest,
        emulator: &Arc<str>,
        answered: Answered,
        struck: Option<&Struck>,
        time: Timestamp,
        duration: Duration,
    ) -> (Self, HttpResponse) {
        let Answered { response, request_id, operation, path, caller, decisions, refused, let_pass } = answered;
        let (code, cause) = refused.map(|refused| (refused.code, refused.by)).unzip();
        let (text, [request, answer]) = written([Message::sent(http), Message::of(["", ""], response.headers(), response.body())]);
        let entry = Self {
            id: request_id,
            time,
            method: http.method.clone(),
            path,
            operation,
            caller,
            status: Some(response.status().as_u16()),
            code,
            cause,
            fault: struck.map(|struck| struck.id),
            decisions: decisions.into(),
            let_pass,
            duration,
            emulator: Arc::clone(emulator),
            text,
            request,
            response: answer,
        };
        (entry, response)
    }

    /// Returns the entry of a request of that operation and path that got no answer because of a fault.
    pub fn dropped(
        http: &HttpRequest,
        emulator: &Arc<str>,
        id: Uuid,
        struck: &Struck,
        (operation, path): Named,
        time: Timestamp,
        duration: Duration,
    ) -> Self {
        let reason = format!("The fault {} closed the connection.", struck.id).into();
        let (text, [request]) = written([Message::sent(http)]);
        Self {
            id,
            time,
            method: http.method.clone(),
            path,
            operation,
            caller: struck.caller.clone(),
            status: None,
            code: None,
            cause: Some(Cause::Told { rule: None, reason, see: See::Faults }),
            fault: Some(struck.id),
            decisions: Box::default(),
            let_pass: None,
            duration,
            emulator: Arc::clone(emulator),
            text,
            request,
            response: Place::default(),
        }
    }

    /// Returns how many bytes the entry takes, nearly.
    pub fn bytes(&self) -> usize {
        let Self { path, text, decisions, .. } = self;
        let path_and_key = path.as_ref().map_or(0, |path| 2 * path.as_str().len());
        let decisions: usize = decisions.iter().map(|it| size_of::<Decision>() + it.action.len()).sum();
        let decisions = decisions + if let Some(Cause::Told { reason, .. }) = &self.cause { reason.len() } else { 0 };
        size_of::<Self>() + path_and_key + text.len() + decisions
    }

    /// Returns the rule that refused, where it was one.
    pub fn rule(&self) -> Option<&'static Rule> {
        self.cause.as_ref().and_then(Cause::rule)
    }

    /// Returns the path as it was understood; as it was sent where it could not be.
    pub fn path(&self) -> &str {
        self.path.as_ref().map_or_else(|| sent_path(self.request.url(&self.text)), ResourceId::as_str)
    }

    /// Returns the entry as the journal lists it, with the names that things have in the world by now.
    pub fn document(&self, world: &World) -> Map<String, Value> {
        let caller = self.caller.as_deref().map(|caller| json!({ "name": name(caller), "objectId": caller.object_id }));
        let decision = |it: &Decision| json!({ "allowed": it.is_allowed(), "action": &*it.action, "scope": it.scope.as_str(), "because": it.because(world) });
        let document = json!({
            "id": self.id,
            "time": self.time.with_seven_digits(),
            "method": self.method.as_str(),
            "url": secrets::masked_url(self.request.url(&self.text)),
            "operation": self.operation,
            "caller": caller,
            "status": self.status,
            "code": self.code,
            "rule": self.rule().map(|rule| rule.name),
            "fault": self.fault.map(|id| id.to_string()),
            "decision": self.decisions.first().map(decision),
            "durationMicroseconds": u64::try_from(self.duration.as_micros()).unwrap_or(u64::MAX),
        });
        let Value::Object(mut document) = document else { return Map::new() };
        let mut add = |name: &str, value: Value| drop(document.insert(name.to_owned(), value));
        if self.decisions.len() > 1 {
            let linked = self.decisions.iter().skip(1).map(|it| with_principal(decision(it), it.principal, world));
            add("linkedDecisions", linked.collect());
        }
        if let Some(rule) = self.let_pass {
            add("wouldRefuse", json!({ "status": rule.status, "code": rule.code, "rule": rule.name }));
        }
        let would = self.let_pass.map(Cause::Rule);
        if let Some(cause) = self.cause.as_ref().or(would.as_ref()) {
            let Why { reason, see } = Why::of(cause, &self.decisions, &self.emulator);
            add("reason", reason.into());
            add("see", see.into());
        }
        document
    }

    /// Returns the entry with headers and bodies.
    pub fn whole(&self, world: &World) -> Map<String, Value> {
        let mut document = self.document(world);
        document.insert("request".to_owned(), self.request.document(&self.text));
        document.insert("response".to_owned(), self.response.document(&self.text));
        document
    }
}

fn with_principal(mut decision: Value, principal: Uuid, world: &World) -> Value {
    let name = world.directory.principal(principal).map_or_else(|| principal.to_string(), |it| name(it));
    if let Value::Object(members) = &mut decision {
        members.insert("principal".to_owned(), json!({ "name": name, "objectId": principal }));
    }
    decision
}

/// Returns what an entry calls a principal: its name in the world, or else what refusals call it.
pub fn name(principal: &Principal) -> String {
    principal.name.as_ref().map_or_else(|| principal.client(), |name| name.to_string())
}

fn sent_path(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or_default();
    path.split('?').next().unwrap_or_default()
}

thread_local! {
    /// Where texts are put together: how long they become is known when they are.
    static DRAFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns the messages as one text, and where each stands in it.
fn written<const N: usize>(messages: [Message<'_>; N]) -> (Box<[u8]>, [Place; N]) {
    DRAFT.with_borrow_mut(|draft| {
        draft.clear();
        let places = messages.map(|message| message.write(draft));
        (draft.as_slice().into(), places)
    })
}

impl<'a> Message<'a> {
    fn sent(http: &'a HttpRequest) -> Self {
        let path_and_query = http.uri.path_and_query().map_or("/", |it| it.as_str());
        let url = [http.origin.as_str(), path_and_query];
        match &http.body {
            Body::Whole(bytes) => Self::of(url, &http.headers, bytes),
            Body::TooLarge => Self { body_bytes: None, ..Self::of(url, &http.headers, &[]) },
        }
    }

    fn of(url: [&'a str; 2], headers: &'a HeaderMap, body: &'a [u8]) -> Self {
        let kept = if body.len() > BODY_BYTES_MAX { beginning(body) } else { body.into() };
        Self { url, headers, body: kept, body_bytes: Some(body.len()) }
    }

    fn write(&self, text: &mut Vec<u8>) -> Place {
        let begin = text.len();
        self.url.iter().for_each(|part| text.extend_from_slice(part.as_bytes()));
        let url_end = text.len();
        for (name, value) in self.headers {
            let name = name.as_str();
            let [scheme, rest] = secrets::masked_header(name, value.as_bytes());
            text.extend_from_slice(name.as_bytes());
            text.push(b':');
            text.extend_from_slice(scheme);
            if !rest.is_empty() {
                text.extend_from_slice(rest);
            }
            text.push(b'\n');
        }
        let head_end = text.len();
        text.extend_from_slice(&self.body);
        Place { begin, url_end, head_end, end: text.len(), body_bytes: self.body_bytes }
    }
}

impl Place {
    fn url<'a>(&self, text: &'a [u8]) -> &'a str {
        text.get(self.begin..self.url_end).and_then(|url| std::str::from_utf8(url).ok()).unwrap_or_default()
    }

    /// Returns headers and body; a JSON body as JSON, any other as text, one that was cut as its beginning with the number
    /// of bytes that it had.
    fn document(&self, text: &[u8]) -> Value {
        let mut headers = Map::new();
        let head = text.get(self.url_end..self.head_end).unwrap_or_default();
        for line in String::from_utf8_lossy(head).lines() {
            let Some((name, value)) = line.split_once(':') else { continue };
            let value = if name == "location" { secrets::masked_url(value) } else { value.to_owned() };
            match headers.get_mut(name) {
                Some(Value::String(first)) => first.extend([", ", &value]),
                _ => drop(headers.insert(name.to_owned(), value.into())),
            }
        }
        let is_form = headers
            .get("content-type")
            .and_then(Value::as_str)
            .is_some_and(|it| it.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        let mut document = Map::new();
        document.insert("headers".to_owned(), headers.into());
        let body = text.get(self.head_end..self.end).unwrap_or_default();
        document.insert("body".to_owned(), shown(body, is_form));
        if self.body_bytes != Some(body.len()) {
            document.insert("bodyBytes".to_owned(), self.body_bytes.into());
        }
        document.into()
    }
}

/// Returns a body as it is shown, without its secrets.
fn shown(body: &[u8], is_form: bool) -> Value {
    if body.is_empty() {
        return Value::Null;
    }
    let text = String::from_utf8_lossy(body);
    if is_form {
        return secrets::masked_form(&text).into();
    }
    secrets::masked_json(&text).unwrap_or_else(|| secrets::masked_text(&text).into())
}

/// Returns the beginning of a body that is too long. Its secrets are masked at once: cut, it is no JSON any more.
fn beginning(body: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(body).ok().and_then(secrets::masked_json) {
        Some(value) => {
            let mut text = value.to_string().into_bytes();
            text.truncate(BODY_BYTES_MAX);
            text.into()
        }
        None => body.get(..BODY_BYTES_MAX).unwrap_or(body).into(),
    }
}

#[cfg(test)]
pub(crate) fn test_entry(id: u128, body: &str) -> Entry {
    use axum::http::Uri;
    let nobody = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
    let http = HttpRequest {
        method: Method::PUT,
        uri: Uri::from_static("/subscriptions/s/resourceGroups/rg?api-version=2021-04-01"),
        headers: HeaderMap::new(),
        body: Body::Whole(body.to_owned().into()),
        origin: "http://localhost".to_owned(),
        connection: crate::listen::Connection { peer: nobody, local: nobody, tls: false, azure_host: None },
    };
    let mut response = HttpResponse::default();
    *response.status_mut() = axum::http::StatusCode::CREATED;
    let answered = Answered {
        response,
        request_id: Uuid::from_u128(id),
        operation: "ResourceGroups_CreateOrUpdate",
        path: None,
        caller: None,
        decisions: Vec::new(),
        refused: None,
        let_pass: None,
    };
    let emulator = "http://localhost".into();
    Entry::answered(&http, &emulator, answered, None, Timestamp::default(), Duration::from_micros(42)).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn message(media_type: &'static str, body: &str) -> Value {
        let headers = HeaderMap::from_iter([
            (axum::http::header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
            (axum::http::header::AUTHORIZATION, HeaderValue::from_static("Bearer a.b.c")),
            (axum::http::header::LOCATION, HeaderValue::from_static("http://localhost/?code=c&x=1")),
        ]);
        let (text, [place]) = written([Message::of(["", ""], &headers, body.as_bytes())]);
        place.document(&text)
    }

    #[test]
    fn bodies_are_shown_as_what_they_are_without_secrets() {
        let json = message("application/json", r#"{"a":[1],"password":"p"}"#);
        let headers =
            json!({ "content-type": "application/json", "authorization": "Bearer ***", "location": "http://localhost/?code=***&x=1" });
        assert_eq!(json, json!({ "headers": headers, "body": { "a": [1], "password": "***" } }));
        assert_eq!(message("application/x-www-form-urlencoded", "scope=s&password=p")["body"], "scope=s&password=***");
        assert_eq!(message("text/plain", "{ no JSON")["body"], "{ no JSON");
        assert_eq!(message("text/plain", "")["body"], Value::Null);
    }

    #[test]
    fn a_path_that_was_not_understood_is_shown_as_it_was_sent() {
        assert_eq!(test_entry(1, "").path(), "/subscriptions/s/resourceGroups/rg");
        assert_eq!(
            test_entry(1, "").document(&World::default())["url"],
            "http://localhost/subscriptions/s/resourceGroups/rg?api-version=2021-04-01"
        );
        assert_eq!(sent_path("http://localhost"), "");
    }

    #[test]
    fn a_long_body_is_cut_after_its_secrets_were_masked() {
        let long = json!({ "password": "p", "rest": "x".repeat(BODY_BYTES_MAX) }).to_string();
        let shown = message("application/json", &long);
        assert_eq!(shown["bodyBytes"], long.len());
        let body = shown["body"].as_str().unwrap();
        assert!(body.len() == BODY_BYTES_MAX && body.starts_with(r#"{"password":"***","rest":"xxx"#), "{body:.40}");
    }
}
