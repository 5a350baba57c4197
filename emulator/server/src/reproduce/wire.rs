//! One request over HTTP, and both sides of it as they went over the wire.
//!
//! Every header is set here and none is added behind our back, so that what is shown is what was sent.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderValue, Uri, Version};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use super::case::Step;

/// What stands in a body for its blanks.
pub(super) const BLANKS: &str = "{{blanks}}";

/// What earlier answers gave, by name.
pub type Known = BTreeMap<&'static str, String>;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request's first line, such as `GET /subscriptions HTTP/1.1`.
    pub request_line: String,
    /// The request's headers, in order.
    pub request_headers: Vec<(String, String)>,
    /// The request's body.
    pub request_body: String,
    /// The answer's status.
    pub status: u16,
    /// The answer's first line.
    pub status_line: String,
    /// The answer's headers, in order.
    pub answer_headers: Vec<(String, String)>,
    /// The answer's body.
    pub answer_body: String,
}

impl Exchange {
    /// Sends the step to the emulator at `address`, such as `127.0.0.1:4443`.
    ///
    /// # Errors
    /// Nobody answers, or the step is no request.
    pub async fn of(address: &str, step: &Step, known: &Known) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let request = request(address, step, known)?;
        let (head, body) = request.into_parts();
        let request_line = format!("{} {} HTTP/1.1", head.method, head.uri);
        let request_headers = listed(&head.headers);
        let request_body = String::from_utf8_lossy(&body).into_owned();

        let stream = TcpStream::connect(address).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let answer = sender.send_request(Request::from_parts(head, Full::new(body))).await?;
        let (head, body) = answer.into_parts();
        let answer_body = body.collect().await?.to_bytes();
        driver.abort();
        Ok(Self {
            request_line,
            request_headers,
            request_body,
            status: head.status.as_u16(),
            status_line: format!("{} {}", version(head.version), head.status),
            answer_headers: listed(&head.headers),
            answer_body: String::from_utf8_lossy(&answer_body).into_owned(),
        })
    }

    /// Returns whether the answer is no refusal.
    pub fn is_accepted(&self) -> bool {
        self.status / 100 == 2
    }

    /// Returns a header of the answer.
    pub fn answer_header(&self, name: &str) -> Option<&str> {
        self.answer_headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns the error of the answer, as a member of it; null when there is none.
    pub fn error(&self, member: &str) -> Value {
        let body: Value = serde_json::from_str(&self.answer_body).unwrap_or_default();
        body.get("error").and_then(|error| error.get(member)).cloned().unwrap_or_default()
    }

    /// Returns both sides as JSON; bodies that are JSON are told as such.
    pub fn shape(&self) -> Value {
        let body = |text: &str| match serde_json::from_str::<Value>(text) {
            Ok(body) => body,
            Err(_) if text.is_empty() => Value::Null,
            Err(_) => Value::from(text),
        };
        let headers =
            |list: &[(String, String)]| list.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<Value>();
        let mut words = self.request_line.split(' ');
        json!({
            "request": { "method": words.next(), "url": words.next(), "headers": headers(&self.request_headers), "body": body(&self.request_body) },
            "answer": { "status": self.status, "headers": headers(&self.answer_headers), "body": body(&self.answer_body) },
        })
    }
}

/// Returns the text with what is known put in place of its `{{name}}`.
pub fn filled_in(text: &str, known: &Known) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// Returns the value of the first member of that name in a JSON text that holds a text.
pub fn member(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("\"{name}\":\""))?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

fn request(address: &str, step: &Step, known: &Known) -> Result<Request<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
    let uri: Uri = filled_in(&step.path, known).parse()?;
    let body = filled_in(&step.body.replace(BLANKS, &" ".repeat(step.blanks)), known).into_bytes();
    let mut request = Request::builder().method(step.method.clone()).uri(uri).header(HOST, address);
    if !step.caller.is_empty() {
        request = request.header(AUTHORIZATION, format!("Bearer {}", step.caller));
    }
    if let Some(media_type) = step.content_type() {
        request = request.header(CONTENT_TYPE, media_type);
    }
    for (name, value) in &step.headers {
        request = request.header(*name, HeaderValue::from_str(&filled_in(value, known))?);
    }
    Ok(request.header(CONTENT_LENGTH, body.len()).body(body.into())?)
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())).collect()
}

fn version(version: Version) -> &'static str {
    if version == Version::HTTP_10 { "HTTP/1.0" } else { "HTTP/1.1" }
}
