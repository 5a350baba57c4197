//! What a successful answer is: status, body, and the headers that belong to it. Never a failure.
//!
//! Failures are in `envelope.rs`; these two are where ARM's status numbers stand.

use super::request::ArmRequest;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde::Serialize;

/// The seconds that a client is told to wait before it polls again: as few as may be, so that nobody waits for an
/// operation that is over.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// Room for the body of one resource, so that it need not grow while it is written.
const BODY_BYTES_USUAL: usize = 1024;

/// A successful answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body as JSON text; none at all when `None`.
    pub body: Option<Bytes>,
    /// Headers beyond those of every answer.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Reply {
    /// Returns 200 with a body.
    pub fn ok(body: &impl Serialize) -> Self {
        Self::with_body(StatusCode::OK, body)
    }

    /// Returns 201 with a body.
    pub fn created(body: &impl Serialize) -> Self {
        Self::with_body(StatusCode::CREATED, body)
    }

    /// Returns 200 without a body.
    pub const fn empty_ok() -> Self {
        Self::empty(StatusCode::OK)
    }

    /// Returns 204: there was nothing, or there is nothing to say.
    pub const fn no_content() -> Self {
        Self::empty(StatusCode::NO_CONTENT)
    }

    /// Returns 304: the caller has the newest.
    pub const fn not_modified() -> Self {
        Self::empty(StatusCode::NOT_MODIFIED)
    }

    /// Returns 202 without a body, telling the caller to poll again in a second. Name the URLs with `location` and
    /// `azure_async_operation`.
    pub fn accepted() -> Self {
        Self::empty(StatusCode::ACCEPTED).with(header::RETRY_AFTER, RETRY_AFTER_SECONDS)
    }

    /// Returns 202 with a body, telling the caller to poll again in a second.
    pub fn accepted_with(body: &impl Serialize) -> Self {
        Self::with_body(StatusCode::ACCEPTED, body).poll_again()
    }

    /// Returns the same answer with `Location`.
    #[must_use]
    pub fn location(self, url: &str) -> Self {
        self.with_text(header::LOCATION, url)
    }

    /// Returns the same answer with `Azure-AsyncOperation`.
    #[must_use]
    pub fn azure_async_operation(self, url: &str) -> Self {
        self.with_text(HeaderName::from_static("azure-asyncoperation"), url)
    }

    /// Returns the same answer, telling the caller to poll again in a second.
    #[must_use]
    pub fn poll_again(self) -> Self {
        self.with(header::RETRY_AFTER, RETRY_AFTER_SECONDS)
    }

    /// Returns the answer to HEAD instead of GET: an existence check, 204 without a body (`arm-wire` 1.9).
    #[must_use]
    pub fn to_head(self) -> Self {
        let status = if self.status == StatusCode::OK { StatusCode::NO_CONTENT } else { self.status };
        Self { status, body: None, headers: self.headers }
    }

    fn with_text(self, name: HeaderName, text: &str) -> Self {
        // Our URLs are percent-encoded, and what a client sent as its host is a header's value already.
        match HeaderValue::from_str(text) {
            Ok(value) => self.with(name, value),
            Err(_) => self,
        }
    }

    fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    const fn empty(status: StatusCode) -> Self {
        Self { status, body: None, headers: Vec::new() }
    }

    fn with_body(status: StatusCode, body: &impl Serialize) -> Self {
        let mut bytes = Vec::with_capacity(BODY_BYTES_USUAL);
        // Our shapes serialize to JSON objects with string keys, which cannot fail.
        if serde_json::to_writer(&mut bytes, body).is_err() {
            bytes.clear();
        }
        Self { status, body: Some(bytes.into()), headers: Vec::new() }
    }
}

/// A list: `{"value":[…]}` and, where there is more, `nextLink`.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The elements.
    pub value: Vec<T>,
    /// Where the next page is.
    #[serde(rename = "nextLink", skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
}

impl<T: Serialize> List<T> {
    /// Returns the answer with the page of `elements` that `request` asks for.
    pub fn page(elements: Vec<T>, request: &ArmRequest) -> Reply {
        Reply::ok(&super::paging::page(elements, request))
    }
}
