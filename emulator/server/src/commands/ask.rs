//! Asks a running emulator's `/_emulator/` endpoints.
//!
//! Always in plain HTTP: the emulator's port speaks it beside TLS, so nothing need be trusted to ask where it is.

use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Failure;
use crate::config::{DEFAULT_PORT, RunningEmulator, WrongUse};

/// A running emulator.
#[derive(Debug)]
pub(super) struct Emulator {
    /// Its host as the URL names it.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    pub(super) control_token: Option<String>,
}

impl Emulator {
    /// How long an emulator may take to answer.
    pub(super) const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

    /// Returns the emulator that the options name. Wrong use when the URL is none.
    pub(super) fn at(options: &RunningEmulator) -> Result<Self, WrongUse> {
        let wrong = || WrongUse::new(format!("--url '{}' is not a URL; give one such as http://127.0.0.1:{DEFAULT_PORT}", options.url));
        let uri: Uri = options.url.parse().map_err(|_| wrong())?;
        let port = match uri.scheme_str() {
            Some("http") => 80,
            Some("https") => 443,
            _ => return Err(wrong()),
        };
        let host = uri.host().ok_or_else(wrong)?.to_owned();
        let control_token = options.control_token.clone().filter(|token| !token.is_empty());
        Ok(Self { host, port: uri.port_u16().unwrap_or(port), control_token })
    }

    /// Returns the emulator's address for plain HTTP.
    pub(super) fn http(&self) -> String {
        format!("http://{}:{}", self.host, self.port)
    }

    /// Returns the host by which clients reach it over HTTPS: on this machine the one that certificates have.
    pub(super) fn https_host(&self) -> &str {
        if matches!(&*self.host, "localhost" | "127.0.0.1" | "[::1]") { "localhost" } else { &self.host }
    }

    /// Returns whether it opens a tunnel to that host.
    pub(super) async fn tunnels_to(&self, host: &str) -> bool {
        let ask = async {
            let mut stream = TcpStream::connect((self.bare_host(), self.port)).await?;
            stream.write_all(format!("CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n").as_bytes()).await?;
            let mut status = *b"HTTP/1.1 000";
            stream.read_exact(&mut status).await?;
            Ok::<_, std::io::Error>(status == *b"HTTP/1.1 200")
        };
        matches!(tokio::time::timeout(Self::ANSWER_TIME_MAX, ask).await, Ok(Ok(true)))
    }

    fn bare_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Returns the body of the answer to `GET` of that path.
    /// Fails with a line that says what to do when nobody answers, or not with 200.
    pub(super) async fn get(&self, path: &str) -> Result<Bytes, Failure> {
        self.ask(Method::GET, path, Bytes::new()).await
    }

    /// Reads an answer's body. Fails when it is no JSON.
    pub(super) fn json(&self, body: &[u8]) -> Result<Value, Failure> {
        let failed = |error| Failure::Failed(format!("{} answers no JSON ({error}): is it an emulator?", self.http()));
        serde_json::from_slice(body).map_err(failed)
    }

    /// Sends `POST` without a body to that path. Fails as `get` does.
    pub(super) async fn post(&self, path: &str) -> Result<Bytes, Failure> {
        self.ask(Method::POST, path, Bytes::new()).await
    }

    /// Sends `POST` with a JSON body to that path. Fails as `get` does; a refusal says what the emulator says.
    pub(super) async fn post_json(&self, path: &str, body: &Value) -> Result<Bytes, Failure> {
        self.ask(Method::POST, path, body.to_string().into()).await
    }

    /// Returns whether anybody listens there.
    pub(super) async fn listens(&self) -> bool {
        matches!(tokio::time::timeout(Self::ANSWER_TIME_MAX, TcpStream::connect((self.bare_host(), self.port))).await, Ok(Ok(_)))
    }

    async fn ask(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes, Failure> {
        let answer = self.send(method, path, body).await?;
        match answer.status() {
            status if status.is_success() => Ok(answer.into_body()),
            StatusCode::BAD_REQUEST | StatusCode::INTERNAL_SERVER_ERROR => Err(Failure::Failed(message(answer.body()))),
            status => Err(self.unusable(path, status)),
        }
    }

    /// Sends a request with a body, which is JSON or nothing; returns the answer, whatever its status.
    /// Fails with a line that says what to do when nobody answers.
    pub(super) async fn send(&self, method: Method, path: &str, body: Bytes) -> Result<Response<Bytes>, Failure> {
        let at = self.http();
        match tokio::time::timeout(Self::ANSWER_TIME_MAX, self.exchange(method, path, body)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(problem)) => Err(Failure::Failed(format!(
                "no emulator answers at {at} ({problem}): start one with 'adf-emulator serve', or name another with --url"
            ))),
            Err(_) => Err(Failure::Failed(format!(
                "{at} takes longer than {} seconds to answer: restart it, or name another with --url",
                Self::ANSWER_TIME_MAX.as_secs()
            ))),
        }
    }

    /// Returns the failure of an answer whose status no command expects.
    pub(super) fn unusable(&self, path: &str, status: StatusCode) -> Failure {
        let (at, number) = (self.http(), status.as_u16());
        Failure::Failed(match status {
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => {
                format!("{at}{path} answers {number}: it needs --control-token, or a host name that is its own")
            }
            _ => format!("{at}{path} answers {number}: is it an emulator? name another with --url"),
        })
    }

    async fn exchange(&self, method: Method, path: &str, body: Bytes) -> Result<Response<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
        let stream = TcpStream::connect((self.bare_host(), self.port)).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header(HOST, format!("{}:{}", self.host, self.port));
        request = request.header(CONTENT_TYPE, "application/json");
        if let Some(token) = &self.control_token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let answer = sender.send_request(request.body(Full::new(body))?).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        driver.abort();
        Ok(Response::from_parts(head, body))
    }
}

#[cfg(test)]
impl Emulator {
    /// Returns the emulator at that port of this machine.
    pub(super) fn local(port: u16) -> Self {
        Self { host: "127.0.0.1".to_owned(), port, control_token: None }
    }
}

/// Returns what a refused request was told.
pub(super) fn message(body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = body.pointer("/error/message").and_then(Value::as_str);
    message.unwrap_or("the emulator refuses the request and does not say why").to_owned()
}
