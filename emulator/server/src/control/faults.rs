//! `faults`: what a test puts in the way of requests, listed, added and taken away.
//!
//! An answer names exactly one effect; a field that cannot be meant is told by its name and adds nothing.

use std::time::Duration;

use adf_emulator_core::timestamp;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

use super::requests::wrong_match;
use super::{Answer, ControlRequest, Refusal, all_known, created, no_content, ok};
use crate::arm::envelope::may_have_a_body;
use crate::faults::{Effect, Fault, MadeUp, Plan};
use crate::journal::matching::{Match, REQUEST_FIELDS};

/// What a fault is told by.
const FIELDS: [&str; 5] = ["match", "after", "times", "probability", "answer"];

/// Seconds that a delay may last.
const DELAY_SECONDS_MAX: i64 = 60;

/// Headers that say how a body travels: the connection's own business.
const OF_THE_CONNECTION: [HeaderName; 4] = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::UPGRADE];

/// Lists the faults in the order in which they are tried.
pub fn list(request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = request.cell.faults().all().iter().map(shape).collect();
    Ok(ok(&json!({ "value": value })))
}

/// Returns one fault.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let id = request.last_segment();
    let found = request.cell.faults().all().into_iter().find(|fault| fault.id.to_string() == id);
    found.map(|fault| ok(&shape(&fault))).ok_or_else(|| not_found(id))
}

/// Adds a fault behind the others.
pub fn add(request: &ControlRequest<'_>) -> Answer {
    let plan = plan(&request.fields(&FIELDS)?)?;
    match request.cell.faults().add(plan) {
        Ok(fault) => Ok(created(&shape(&fault))),
        Err(too_many) => Err(Refusal::bad_request("TooManyFaults", format!("There is no more room: {too_many}."))),
    }
}

/// Reads what a fault does, and when.
pub fn plan(fields: &Map<String, Value>) -> Result<Plan, Refusal> {
    all_known(fields, &FIELDS)?;
    let wanted = match fields.get("match") {
        None => Match::default(),
        Some(Value::Object(wanted)) => Match::read(wanted, &REQUEST_FIELDS).map_err(wrong_match)?,
        Some(_) => return Err(invalid("match", "it is an object")),
    };
    let times = match fields.get("times") {
        Some(Value::Null) => None,
        _ => Some(whole_number(fields, "times")?.unwrap_or(1)),
    };
    let probability = match fields.get("probability") {
        None => 1.0,
        Some(value) => {
            let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
            number.ok_or_else(|| invalid("probability", "it is a number from 0 to 1"))?
        }
    };
    let Some(Value::Object(answer)) = fields.get("answer") else { return Err(invalid("answer", "it must be there and be an object")) };
    Ok(Plan { wanted, after: whole_number(fields, "after")?.unwrap_or(0), times, probability, effect: effect(answer)? })
}

/// Takes one fault away.
pub fn remove(request: &ControlRequest<'_>) -> Answer {
    let id = request.last_segment();
    let is_removed = id.parse().is_ok_and(|id| request.cell.faults().remove(id));
    if is_removed { Ok(no_content()) } else { Err(not_found(id)) }
}

/// Takes all faults away.
pub fn clear(request: &ControlRequest<'_>) -> Answer {
    request.cell.faults().clear();
    Ok(no_content())
}

fn effect(answer: &Map<String, Value>) -> Result<Effect, Refusal> {
    const ANSWER: [&str; 6] = ["status", "code", "message", "headers", "body", "retryAfterSeconds"];
    if let Some(unknown) =
        answer.keys().find(|name| !ANSWER.contains(&name.as_str()) && !["delay", "drop", "malformed"].contains(&name.as_str()))
    {
        let known = "status, code, message, headers, body, retryAfterSeconds, or else delay, drop or malformed";
        let message = format!("The field '{unknown}' is not known; an answer takes {known}.");
        return Err(Refusal::bad_request("UnknownField", message).at(format!("answer.{unknown}")));
    }
    let alone = |name: &str| answer.len() == 1 && answer.contains_key(name);
    match (answer.get("delay"), answer.get("drop"), answer.get("malformed")) {
        (None, None, None) => made_up(answer).map(Effect::Answer),
        (Some(delay), ..) if alone("delay") => {
            let longest = timestamp::Duration::from_seconds(DELAY_SECONDS_MAX);
            let delay = delay.as_str().and_then(timestamp::Duration::parse).filter(|delay| *delay <= longest);
            let delay = delay.and_then(|delay| u64::try_from(delay.ticks()).ok()).map(|ticks| Duration::from_nanos(ticks * 100));
            delay.map(Effect::Delay).ok_or_else(|| invalid("answer.delay", "it is a duration such as \"PT2S\", at most \"PT60S\""))
        }
        (_, Some(Value::String(drop)), _) if alone("drop") && drop == "before" => Ok(Effect::DropBefore),
        (_, Some(Value::String(drop)), _) if alone("drop") && drop == "midBody" => Ok(Effect::DropMidBody),
        (_, Some(_), _) if alone("drop") => Err(invalid("answer.drop", "it is \"before\" or \"midBody\"")),
        (.., Some(Value::Bool(true))) if alone("malformed") => Ok(Effect::Malformed),
        (.., Some(_)) if alone("malformed") => Err(invalid("answer.malformed", "it is true")),
        _ => Err(invalid("answer", "'delay', 'drop' and 'malformed' stand alone")),
    }
}

fn made_up(answer: &Map<String, Value>) -> Result<MadeUp, Refusal> {
    let status = answer.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (200..600).contains(status)).and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.ok_or_else(|| invalid("answer.status", "it is a status from 200 to 599"))?;
    let text = |name: &str| match answer.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(invalid(&format!("answer.{name}"), "it is a text")),
    };
    let is_error = status.is_client_error() || status.is_server_error();
    let usual_code = || is_error.then(|| status.canonical_reason().unwrap_or("Fault").replace(' ', ""));
    let code = text("code")?.or_else(usual_code);
    let message = text("message")?.unwrap_or_else(|| "A fault that was put in the way of this request answered it.".to_owned());
    let body = match (answer.get("body"), &code) {
        (Some(Value::String(text)), _) => text.clone(),
        (Some(body), _) => body.to_string(),
        (None, Some(code)) => json!({ "error": { "code": code, "message": message } }).to_string(),
        (None, None) => String::new(),
    };
    if !body.is_empty() && !may_have_a_body(status) {
        let problem = format!("an answer with status {} has no body; leave it out, or take another status", status.as_u16());
        return Err(invalid("answer.body", &problem));
    }
    let mut headers = headers(answer)?;
    if let Some(value) = answer.get("retryAfterSeconds") {
        let seconds = value.as_u64().ok_or_else(|| invalid("answer.retryAfterSeconds", "it is a whole number from 0"))?;
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(MadeUp { status, code, headers, body: body.into() })
}

fn headers(answer: &Map<String, Value>) -> Result<HeaderMap, Refusal> {
    let fields = match answer.get("headers") {
        None => return Ok(HeaderMap::new()),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err(invalid("answer.headers", "it is an object")),
    };
    let field = |(name, value): (&String, &Value)| {
        let known = name.parse::<HeaderName>().ok().filter(|name| !OF_THE_CONNECTION.contains(name));
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        let wrong = || invalid(&format!("answer.headers.{name}"), "it is a header with a text, and none of the connection's own");
        known.zip(value).ok_or_else(wrong)
    };
    fields.iter().map(field).collect()
}

fn shape(Fault { id, plan, hits, .. }: &Fault) -> Value {
    let answer = match &plan.effect {
        Effect::Delay(delay) => json!({ "delay": format!("PT{}S", delay.as_secs_f64()) }),
        Effect::DropBefore => json!({ "drop": "before" }),
        Effect::DropMidBody => json!({ "drop": "midBody" }),
        Effect::Malformed => json!({ "malformed": true }),
        Effect::Answer(MadeUp { status, headers, body, .. }) => {
            let headers: Map<String, Value> =
                headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into())).collect();
            let body: Value = serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into());
            json!({ "status": status.as_u16(), "headers": headers, "body": body })
        }
    };
    json!({ "id": id.to_string(), "match": plan.wanted.document(), "after": plan.after, "times": plan.times, "probability": plan.probability,
        "answer": answer, "hits": hits })
}

fn whole_number(fields: &Map<String, Value>, name: &str) -> Result<Option<u64>, Refusal> {
    let number = |value: &Value| value.as_u64().ok_or_else(|| invalid(name, "it is a whole number from 0"));
    fields.get(name).map(number).transpose()
}

fn not_found(id: &str) -> Refusal {
    Refusal::new(StatusCode::NOT_FOUND, "NotFound", format!("There is no fault with the id '{id}'.")).at("id")
}

fn invalid(name: &str, form: &str) -> Refusal {
    Refusal::bad_request("InvalidField", format!("The field '{name}' is not as it should be: {form}.")).at(name)
}
