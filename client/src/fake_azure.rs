//! A transport that answers from a list, so that what is sent can be read without a server.
//!
//! For tests only: what a server would say to a request is the test's to write down.

use crate::{
    client::Client,
    connection::{Connection, PrincipalName},
};
use azure_core::{
    error::ErrorKind,
    http::{
        AsyncRawResponse, Body, HttpClient, Request, Transport,
        headers::{AUTHORIZATION, Headers},
    },
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// Answers in order; when none is left, as if the server had gone.
#[derive(Debug, Default)]
pub(crate) struct FakeAzure {
    answers: Mutex<VecDeque<FakeAnswer>>,
    seen: Mutex<Vec<Seen>>,
}

#[derive(Debug)]
struct FakeAnswer {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

/// A request as it would have gone over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Method, path and query.
    pub(crate) line: String,
    /// The bearer token.
    pub(crate) token: Option<String>,
    /// The JSON body, or null.
    pub(crate) body: Value,
}

impl FakeAzure {
    /// A server that knows nothing yet.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Adds an answer.
    pub(crate) fn answers(self: &Arc<Self>, status: u16, body: Value) -> &Arc<Self> {
        self.answers_with(status, &[], body)
    }

    /// Adds an answer with headers.
    pub(crate) fn answers_with(self: &Arc<Self>, status: u16, headers: &[(&'static str, &'static str)], body: Value) -> &Arc<Self> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = FakeAnswer { status, headers: headers.to_vec(), body };
        self.answers.lock().unwrap().push_back(answer);
        self
    }

    /// A client of this server.
    pub(crate) fn client(self: &Arc<Self>) -> Client {
        let connection = Connection::to("https://azure.test").unwrap().with_transport(Transport::new(self.clone())).without_retries();
        Client::new(&connection, PrincipalName::new("ada"))
    }

    /// What was sent so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method, path and query of what was sent so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

#[async_trait::async_trait]
impl HttpClient for FakeAzure {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let url = request.url();
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let body = match request.body() {
            Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap_or(Value::Null),
            Body::SeekableStream(_) => Value::Null,
        };
        self.seen.lock().unwrap().push(Seen {
            line: format!("{} {}{query}", request.method(), url.path()),
            token: request.headers().get_optional_string(&AUTHORIZATION),
            body,
        });
        let answer = self.answers.lock().unwrap().pop_front();
        let gone = || azure_core::Error::with_message(ErrorKind::Connection, "Connection refused");
        let answer = answer.ok_or_else(gone)?;
        let mut headers = Headers::new();
        for (name, value) in answer.headers {
            headers.insert(name, value);
        }
        Ok(AsyncRawResponse::from_bytes(answer.status.into(), headers, answer.body))
    }
}
