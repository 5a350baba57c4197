//! Fault to status, headers and error body, and the headers of every answer: the only such place.
//!
//! Two envelopes: ARM's, and Data Factory's with all four keys. Headers follow `arm-wire` 1.2 and
//! `datafactory-wire` 1.5, the newest figures seen. What only the emulator knows is said in headers of its own.

use super::quota::Quota;
use super::reply::Reply;
use super::request::Caller;
use super::routes::Operation;
use crate::answered::{self, Cause, See};
use crate::app::{App, HttpRequest, HttpResponse};
use crate::entra::challenge::Challenge;
use crate::faults::MadeUp;
use adf_emulator_core::fault::{BrokenRule, Detail, Fault, Forbidden, NotEmulated};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::rules::arm::RESOURCE_GROUP_EXISTS;
use adf_emulator_core::rules::{Origin, Rule, schedules};
use adf_emulator_core::timestamp::Timestamp;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use bytes::Bytes;
use serde::Serialize;
use std::cell::RefCell;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");
const CORRELATION_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-correlation-request-id");
const ROUTING_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-routing-request-id");
const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-client-request-id");
const RETURN_CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-return-client-request-id");
const OPERATION_IDENTIFIER: HeaderName = HeaderName::from_static("x-ms-operation-identifier");
const FAILURE_CAUSE: HeaderName = HeaderName::from_static("x-ms-failure-cause");
const EDGE_REFERENCE: HeaderName = HeaderName::from_static("x-msedge-ref");
const CACHE: HeaderName = HeaderName::from_static("x-cache");
/// The own headers of management groups: an id of each answer, and the release of their service, the newest recorded.
const MANAGEMENT_REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const MANAGEMENT_RELEASE: (HeaderName, HeaderValue) = (HeaderName::from_static("x-ba-restapi"), HeaderValue::from_static("1.0.3.2454"));
const RULE: HeaderName = HeaderName::from_static("x-emulator-rule");
const DECISION: HeaderName = HeaderName::from_static("x-emulator-decision");
const NOT_EMULATED: HeaderName = HeaderName::from_static("x-emulator-not-emulated");
const WOULD_REFUSE: HeaderName = HeaderName::from_static("x-emulator-would-refuse");

/// The region whose front door we are, as the routing id names it.
const FRONT_DOOR_REGION: &str = "EASTUS";

/// Why there is no success.
#[derive(Debug)]
pub enum Refusal {
    /// The caller is not known.
    Token(Challenge),
    /// The request was refused.
    Fault(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What the headers of an answer are made from.
#[derive(Debug)]
pub struct ResponseFacts {
    /// The request's method.
    pub method: Method,
    /// The answer's own id.
    pub request_id: Uuid,
    other_id: Uuid,
    correlation_id: Option<HeaderValue>,
    client_request_id: Option<HeaderValue>,
    now: Timestamp,
    operation: Option<&'static Operation>,
    is_authorization: bool,
    caller: Option<Caller>,
    quota: Option<Quota>,
}

impl ResponseFacts {
    /// Returns what is known from the request alone.
    pub fn of(app: &App, now: Timestamp, http: &HttpRequest) -> Self {
        let wants_id = http.headers.get(&RETURN_CLIENT_REQUEST_ID).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
        Self {
            method: http.method.clone(),
            request_id: app.next_request_id(),
            other_id: app.next_request_id(),
            correlation_id: http.headers.get(&CORRELATION_REQUEST_ID).cloned(),
            client_request_id: http.headers.get(&CLIENT_REQUEST_ID).filter(|_| wants_id).cloned(),
            now,
            operation: None,
            is_authorization: false,
            caller: None,
            quota: None,
        }
    }

    /// Adds what the dispatcher found out.
    pub fn describe(&mut self, operation: Option<&'static Operation>, caller: Option<Caller>, quota: Option<Quota>) {
        self.operation = operation;
        let action = operation.and_then(|operation| operation.access.action());
        self.is_authorization = action.is_some_and(|action| action.starts_with("Microsoft.Authorization/"));
        self.caller = caller;
        self.quota = quota;
    }
}

/// Returns the whole response, and of a refusal what log and journal say.
pub fn response(
    facts: &ResponseFacts,
    path: Option<&ResourceId>,
    result: Result<Reply, Refusal>,
) -> (HttpResponse, Option<answered::Refused>) {
    match result {
        Ok(reply) => (success(facts, path, reply), None),
        Err(refusal) => {
            let by = cause(&refusal);
            let refused = Refused::of(facts, path, refusal);
            let code = refused.code.as_str().into();
            (refused.response(facts), Some(answered::Refused { code, by }))
        }
    }
}

/// Returns what log and journal say of a refusal.
fn cause(refusal: &Refusal) -> Cause {
    let told = |rule, reason: String, see| Cause::Told { rule, reason: reason.into(), see };
    let not_emulated = |operation: &str| told(None, format!("{operation} is not emulated."), See::Operations);
    match refusal {
        Refusal::Token(challenge) => told(Some(challenge.rule), challenge.reason.clone(), See::Doctor),
        Refusal::Fault(Fault::NotEmulated(what)) => not_emulated(&what.operation),
        Refusal::Fault(fault) => fault.rule().map_or_else(|| not_emulated("This"), Cause::Rule),
    }
}

/// Marks the answer to a request that access control would have refused: with the code, and the id under which the journal
/// says why.
pub fn mark_would_refuse(response: &mut HttpResponse, code: &str, request_id: Uuid) {
    response.headers_mut().insert(WOULD_REFUSE, text(&format!("{code} {request_id}")));
}

/// Returns the header `Date` of an answer at that time.
pub fn date(now: Timestamp) -> HeaderValue {
    STAMPS.with_borrow_mut(|stamps| {
        stamps.bring_to(now);
        stamps.date.clone()
    })
}

/// Returns an answer that a fault makes up: the usual headers, and over them its own.
pub fn made_up(facts: &ResponseFacts, made_up: &MadeUp) -> HttpResponse {
    let has_body = facts.method != Method::HEAD && !made_up.body.is_empty();
    let mut response = HttpResponse::new(if has_body { made_up.body.clone() } else { Bytes::new() });
    *response.status_mut() = made_up.status;
    let headers = response.headers_mut();
    add_common(headers, facts);
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    made_up.headers.iter().for_each(|(name, value)| drop(headers.insert(name.clone(), value.clone())));
    response
}

/// Returns whether an answer with that status may have a body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5).
pub fn may_have_a_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Returns the answer to what is not HTTP, such as chunks that are none: the bare 400 that a web server gives before
/// Resource Manager is asked.
pub fn not_http() -> HttpResponse {
    let mut response = HttpResponse::new(Bytes::new());
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

fn success(facts: &ResponseFacts, path: Option<&ResourceId>, reply: Reply) -> HttpResponse {
    let has_body = reply.body.is_some();
    let mut response = HttpResponse::new(reply.body.unwrap_or_default());
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    add_common(headers, facts);
    if has_body {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        if reply.status == StatusCode::OK {
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
    }
    if let Some(quota) = facts.quota {
        quota.add_to(headers);
    }
    if is_forwarded_write(facts, path) {
        add_operation_identifier(headers, facts);
    }
    add_of_provider(headers, facts);
    headers.extend(reply.headers);
    response
}

/// What only the answers of a provider have, not those of Resource Manager itself: `arm-wire` 3.6.
fn add_of_provider(headers: &mut HeaderMap, facts: &ResponseFacts) {
    if facts.operation.is_some_and(|it| it.path.starts_with("/providers/Microsoft.Management/")) {
        let (name, release) = MANAGEMENT_RELEASE;
        headers.insert(name, release);
        headers.insert(MANAGEMENT_REQUEST_ID, text(&facts.other_id.to_string()));
    }
}

fn add_common(headers: &mut HeaderMap, facts: &ResponseFacts) {
    headers.reserve(24);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::EXPIRES, HeaderValue::from_static("-1"));
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE, HeaderValue::from_static("CONFIG_NOCACHE"));
    let texts = STAMPS.with_borrow_mut(|stamps| {
        stamps.bring_to(facts.now);
        Texts::of(facts, stamps)
    });
    // Microsoft.Authorization answers with two ids, everyone else with one (`datafactory-wire` 1.5).
    let own_correlation = || if facts.is_authorization { text(&facts.other_id.to_string()) } else { texts.request_id.clone() };
    headers.insert(CORRELATION_REQUEST_ID, facts.correlation_id.clone().unwrap_or_else(own_correlation));
    headers.insert(ROUTING_REQUEST_ID, texts.routing);
    headers.insert(EDGE_REFERENCE, texts.edge);
    headers.insert(REQUEST_ID, texts.request_id);
    if let Some(id) = &facts.client_request_id {
        headers.insert(CLIENT_REQUEST_ID, id.clone());
    }
}

/// The texts that are new in each answer, as parts of one allocation.
struct Texts {
    request_id: HeaderValue,
    routing: HeaderValue,
    edge: HeaderValue,
}

impl Texts {
    fn of(facts: &ResponseFacts, stamps: &Stamps) -> Self {
        let mut whole = String::with_capacity(TEXTS_BYTES);
        whole.extend([FRONT_DOOR_REGION, ":", &stamps.compact, ":"]);
        let id_from = whole.len();
        whole.push_str(facts.request_id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()));
        let id_end = whole.len();
        let reference = &mut uuid::Uuid::encode_buffer();
        let reference: &str = facts.other_id.simple().encode_upper(reference);
        whole.extend(["Ref A: ", reference, " Ref B: LOCALHOST Ref C: ", &stamps.iso]);
        let whole = Bytes::from(whole);
        let part = |part: Bytes| HeaderValue::from_maybe_shared(part).unwrap_or_else(|_| HeaderValue::from_static(""));
        Self { request_id: part(whole.slice(id_from..id_end)), routing: part(whole.slice(..id_end)), edge: part(whole.slice(id_end..)) }
    }
}

/// Room for the texts of one answer.
const TEXTS_BYTES: usize = 192;

thread_local! {
    /// The time's texts, which stay the same for a second: writing them for each answer costs more than deciding it.
    static STAMPS: RefCell<Stamps> = RefCell::new(Stamps::at(Timestamp::default()));
}

/// One second in the forms that headers have.
struct Stamps {
    second: i64,
    date: HeaderValue,
    compact: String,
    iso: String,
}

impl Stamps {
    fn at(now: Timestamp) -> Self {
        Self {
            second: now.seconds(),
            date: text(&now.format("%a, %d %b %Y %H:%M:%S GMT")),
            compact: now.format("%Y%m%dT%H%M%SZ"),
            iso: now.format("%Y-%m-%dT%H:%M:%SZ"),
        }
    }

    fn bring_to(&mut self, now: Timestamp) {
        if self.second != now.seconds() {
            *self = Self::at(now);
        }
    }
}

/// After a write that a resource provider answered.
fn add_operation_identifier(headers: &mut HeaderMap, facts: &ResponseFacts) {
    if let Some(Caller { object_id, tenant_id }) = facts.caller {
        let region = FRONT_DOOR_REGION.to_lowercase();
        let identifier = format!("tenantId={tenant_id},objectId={object_id}/{region}/{}", facts.other_id);
        headers.insert(OPERATION_IDENTIFIER, text(&identifier));
    }
}

fn is_forwarded_write(facts: &ResponseFacts, path: Option<&ResourceId>) -> bool {
    !matches!(facts.method, Method::GET | Method::HEAD) && path.is_some_and(|path| path.key().contains("/providers/"))
}

fn text(value: &str) -> HeaderValue {
    // Our own texts are ASCII; anything else would be a caller's, and is then left out.
    HeaderValue::from_str(value).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// A refusal on its way to the wire.
struct Refused {
    status: StatusCode,
    code: String,
    body: Bytes,
    /// `gateway` when Resource Manager wrote it, `service` when a provider failed.
    cause: Option<&'static str>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refused {
    fn of(facts: &ResponseFacts, path: Option<&ResourceId>, refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(problem) => Self::token(&problem),
            Refusal::Fault(Fault::RuleBroken(broken)) => Self::rule(&broken),
            Refusal::Fault(Fault::Forbidden(forbidden)) => Self::forbidden(facts, &forbidden),
            Refusal::Fault(Fault::NotEmulated(what)) => Self::not_emulated(path, &what),
        }
    }

    fn token(problem: &Challenge) -> Self {
        let body = arm_body(&Error::new(problem.rule.code, &problem.message));
        Self {
            status: StatusCode::UNAUTHORIZED,
            code: problem.rule.code.to_owned(),
            body,
            cause: Some("gateway"),
            headers: vec![(header::WWW_AUTHENTICATE, text(&problem.www_authenticate)), (RULE, HeaderValue::from_static(problem.rule.name))],
        }
    }

    fn rule(broken: &BrokenRule) -> Self {
        let rule = broken.rule;
        let error = Error {
            code: rule.code,
            message: broken.message.as_deref(),
            target: broken.target.as_deref(),
            details: broken.details.iter().map(ErrorDetail::of).collect(),
        };
        let (body, cause) = match rule.origin {
            Origin::Gateway => (arm_body(&error), Some("gateway")),
            Origin::Provider => (arm_body(&error), None),
            Origin::DataFactory => (data_factory_body(&error), None),
        };
        Self {
            status: StatusCode::from_u16(rule.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code: rule.code.to_owned(),
            body,
            cause: if rule.status >= 500 { Some("service") } else { cause },
            headers: [(RULE, HeaderValue::from_static(rule.name))]
                .into_iter()
                .chain(broken.retry_after_seconds.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds))))
                .collect(),
        }
    }

    fn forbidden(facts: &ResponseFacts, forbidden: &Forbidden) -> Self {
        let Forbidden { client, object_id, action, scope, because } = forbidden;
        let rule = forbidden.rule();
        if rule.origin == Origin::Provider {
            return Self::forbidden_by_provider(facts, forbidden, rule);
        }
        // All texts: `authorization-wire` 6.1.
        let (code, message) = match because.denied_by() {
            Some(denial) => (
                "DenyAssignmentAuthorizationFailed",
                format!(
                    "The client '{client}' with object id '{object_id}' has permission to perform action '{action}' on scope '{scope}'; \
                     however, the access is denied because of the deny assignment with name '{}' and Id '{}' at scope '{}'.",
                    denial.deny_assignment_name,
                    denial.name.simple(),
                    denial.scope
                ),
            ),
            None => ("AuthorizationFailed", not_authorized(forbidden)),
        };
        let decision = (DECISION, text(&facts.request_id.to_string()));
        Self {
            status: StatusCode::FORBIDDEN,
            code: code.to_owned(),
            body: arm_body(&Error::new(code, &message)),
            cause: Some("gateway"),
            headers: vec![decision, (RULE, HeaderValue::from_static(rule.name))],
        }
    }

    /// Privileged identity management decides itself who may, and says so in its own words.
    fn forbidden_by_provider(facts: &ResponseFacts, forbidden: &Forbidden, rule: &'static Rule) -> Self {
        let message = schedules::no_permission(forbidden.object_id, &forbidden.action);
        Self {
            status: StatusCode::from_u16(rule.status).unwrap_or(StatusCode::FORBIDDEN),
            code: rule.code.to_owned(),
            body: arm_body(&Error::new(rule.code, &message)),
            cause: None,
            headers: vec![(DECISION, text(&facts.request_id.to_string())), (RULE, HeaderValue::from_static(rule.name))],
        }
    }

    fn not_emulated(path: Option<&ResourceId>, what: &NotEmulated) -> Self {
        let operation = &what.operation;
        let at = path.map_or("/", ResourceId::as_str);
        let message = format!("The operation '{operation}' is not emulated yet. Nothing was read or changed at '{at}'.");
        let mut headers = vec![(NOT_EMULATED, text(operation))];
        headers.extend(what.rule.map(|rule| (RULE, HeaderValue::from_static(rule.name))));
        Self {
            status: StatusCode::NOT_IMPLEMENTED,
            code: "NotEmulated".to_owned(),
            body: arm_body(&Error::new("NotEmulated", &message)),
            cause: None,
            headers,
        }
    }

    fn response(self, facts: &ResponseFacts) -> HttpResponse {
        let is_head = facts.method == Method::HEAD;
        let mut response = HttpResponse::new(if is_head { Bytes::new() } else { self.body });
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        add_common(headers, facts);
        if !is_head {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        }
        match self.cause {
            Some(cause) => drop(headers.insert(FAILURE_CAUSE, HeaderValue::from_static(cause))),
            None => add_of_provider(headers, facts),
        }
        // What Resource Manager itself refuses below a group is found before quotas are counted; that a group is missing,
        // on its own route, after (`arm-wire` 1.2).
        let is_counted = self.cause != Some("gateway") || self.code == RESOURCE_GROUP_EXISTS.code;
        if let Some(quota) = facts.quota.filter(|_| is_counted) {
            quota.add_to(headers);
        }
        headers.extend(self.headers);
        response
    }
}

fn not_authorized(forbidden: &Forbidden) -> String {
    let Forbidden { client, object_id, action, scope, because } = forbidden;
    let lacks = if because.condition_stopped_it() { "authorization or an ABAC condition not fulfilled" } else { "authorization" };
    format!(
        "The client '{client}' with object id '{object_id}' does not have {lacks} to perform action '{action}' over scope \
         '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials."
    )
}

/// The members that both envelopes share.
struct Error<'a> {
    code: &'a str,
    message: Option<&'a str>,
    target: Option<&'a str>,
    details: Vec<ErrorDetail<'a>>,
}

impl<'a> Error<'a> {
    const fn new(code: &'a str, message: &'a str) -> Self {
        Self { code, message: Some(message), target: None, details: Vec::new() }
    }
}

/// One entry of `details`.
#[derive(Serialize)]
struct ErrorDetail<'a> {
    code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<&'a str>,
    message: &'a str,
}

impl<'a> ErrorDetail<'a> {
    fn of(detail: &'a Detail) -> Self {
        Self { code: &detail.code, target: detail.target.as_deref(), message: &detail.message }
    }
}

#[derive(Serialize)]
struct Envelope<T> {
    error: T,
}

/// `{"error":{"code","message"[,"target"][,"details"]}}`
fn arm_body(error: &Error<'_>) -> Bytes {
    #[derive(Serialize)]
    struct ArmError<'a> {
        code: &'a str,
        message: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<&'a str>,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        details: &'a [ErrorDetail<'a>],
    }
    let error = ArmError { code: error.code, message: error.message, target: error.target, details: &error.details };
    serde_json::to_vec(&Envelope { error }).unwrap_or_default().into()
}

/// `{"error":{"code","message","target","details"}}`, nulls written.
fn data_factory_body(error: &Error<'_>) -> Bytes {
    #[derive(Serialize)]
    struct DataFactoryError<'a> {
        code: &'a str,
        message: Option<&'a str>,
        target: Option<&'a str>,
        details: Option<&'a [ErrorDetail<'a>]>,
    }
    let details = (!error.details.is_empty()).then_some(error.details.as_slice());
    let error = DataFactoryError { code: error.code, message: error.message, target: error.target, details };
    serde_json::to_vec(&Envelope { error }).unwrap_or_default().into()
}
