//! Asks a running emulator's `/_emulator/` endpoints.
//!
//! Always in plain HTTP: the emulator's port speaks it beside TLS, so nothing need be trusted to ask where it is.

use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::Failure;
use crate::config::{DEFAULT_PORT, RunningEmulator, WrongUse};

/// How long an emulator may take to answer.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);

/// A running emulator.
#[derive(Debug)]
pub(super) struct Emulator {
    /// Its host as the URL names it.
    pub(super) host: String,
    /// Its port.
    pub(super) port: u16,
    control_token: Option<String>,
}

impl Emulator {
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

    /// Returns the body of the answer to `GET` of that path.
    /// Fails with a line that says what to do when nobody answers, or not with 200.
    pub(super) async fn get(&self, path: &str) -> Result<Bytes, Failure> {
        self.ask(Method::GET, path).await
    }

    /// Sends `POST` without a body to that path. Fails as `get` does.
    pub(super) async fn post(&self, path: &str) -> Result<Bytes, Failure> {
        self.ask(Method::POST, path).await
    }

    /// Returns whether anybody listens there.
    pub(super) async fn listens(&self) -> bool {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        matches!(tokio::time::timeout(ANSWER_TIME_MAX, TcpStream::connect((host, self.port))).await, Ok(Ok(_)))
    }

    async fn ask(&self, method: Method, path: &str) -> Result<Bytes, Failure> {
        let at = self.http();
        let answer = tokio::time::timeout(ANSWER_TIME_MAX, self.exchange(method, path)).await;
        let (status, body) = match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(problem)) => {
                return Err(Failure::Failed(format!(
                    "no emulator answers at {at} ({problem}): start one with 'adf-emulator serve', or name another with --url"
                )));
            }
            Err(_) => {
                return Err(Failure::Failed(format!(
                    "{at} takes longer than {} seconds to answer: restart it, or name another with --url",
                    ANSWER_TIME_MAX.as_secs()
                )));
            }
        };
        match status {
            status if status.is_success() => Ok(body),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Err(Failure::Failed(format!(
                "{at}{path} answers {}: it needs --control-token, or a host name that is its own",
                status.as_u16()
            ))),
            _ => Err(Failure::Failed(format!("{at}{path} answers {}: is it an emulator? name another with --url", status.as_u16()))),
        }
    }

    async fn exchange(&self, method: Method, path: &str) -> Result<(StatusCode, Bytes), Box<dyn std::error::Error + Send + Sync>> {
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        let stream = TcpStream::connect((host, self.port)).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let driver = tokio::spawn(connection);
        let mut request = Request::builder().method(method).uri(path).header(HOST, format!("{}:{}", self.host, self.port));
        request = request.header(CONTENT_TYPE, "application/json");
        if let Some(token) = &self.control_token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let answer = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        driver.abort();
        Ok((status, body))
    }
}
