//! One request to Azure Resource Manager and its answer, over the pipeline of `azure_core`.
//!
//! Everything that all operations share is here: the URL, the api-version, JSON in and out, failures,
//! `nextLink`, and operations that run on after their answer. What is asked of which resource is not.
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>.

mod request;
#[cfg(test)]
mod tests;

pub use request::ArmRequest;

use crate::{
    connection::Connection,
    error::{Error, Result, ServiceError},
};
use azure_core::{
    credentials::TokenCredential,
    http::{
        Context, Method, Pipeline, PipelineSendOptions, Request, Url,
        headers::{HeaderName, Headers},
        policies::{Policy, auth::BearerTokenAuthorizationPolicy},
    },
    sleep::sleep,
    time::Duration,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::{fmt, sync::Arc};

/// The scope of tokens for Azure Resource Manager.
const SCOPE: &str = "https://management.azure.com/.default";
const ASYNC_OPERATION: HeaderName = HeaderName::from_static("azure-asyncoperation");
const LOCATION: HeaderName = HeaderName::from_static("location");
const RETRY_AFTER: HeaderName = HeaderName::from_static("retry-after");
/// Between polls where the service does not say; Data Factory's start and stop do not.
const POLL_SECONDS: i64 = 5;

/// Sends requests to one Resource Manager on behalf of one caller.
#[derive(Clone)]
pub struct ArmClient {
    endpoint: Url,
    pipeline: Pipeline,
    observer: Option<Observer>,
}

/// Is told of every exchange, in order.
pub type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;

/// A request that was sent, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The HTTP method.
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// The HTTP status; none when nobody answered.
    pub status: Option<u16>,
    /// The service's error code, if it refused.
    pub code: Option<String>,
    /// The documented rule that refused, if the emulator named one.
    pub rule: Option<String>,
}

/// A successful answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    headers: Headers,
    body: Vec<u8>,
    request: String,
}

/// One page of a list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    value: Vec<T>,
    next_link: Option<String>,
}

/// How a long-running operation stands.
#[derive(Deserialize)]
struct OperationStatus {
    status: Option<String>,
    error: Option<Value>,
}

impl Answer {
    /// Reads the body.
    ///
    /// # Errors
    /// [`Error::UnexpectedAnswer`] when it is not the document that was expected.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body)
            .map_err(|problem| Error::UnexpectedAnswer { request: self.request.clone(), problem: problem.to_string() })
    }

    fn header(&self, name: &HeaderName) -> Option<String> {
        self.headers.get_optional_string(name)
    }

    fn retry_after(&self) -> Duration {
        let seconds = self.header(&RETRY_AFTER).and_then(|text| text.parse().ok());
        Duration::seconds(seconds.unwrap_or(POLL_SECONDS))
    }
}

impl ArmClient {
    /// Calls over `connection` as `credential`.
    pub fn new(connection: &Connection, credential: Arc<dyn TokenCredential>) -> Self {
        let bearer: Arc<dyn Policy> = Arc::new(BearerTokenAuthorizationPolicy::new(credential, [SCOPE]));
        Self::with_policies(connection, vec![bearer])
    }

    /// Calls over `connection` without a token, as the emulator's own endpoints are called.
    pub(crate) fn anonymous(connection: &Connection) -> Self {
        Self::with_policies(connection, Vec::new())
    }

    fn with_policies(connection: &Connection, per_try: Vec<Arc<dyn Policy>>) -> Self {
        let pipeline = Pipeline::new(
            option_env!("CARGO_PKG_NAME"),
            option_env!("CARGO_PKG_VERSION"),
            connection.client_options(),
            Vec::new(),
            per_try,
            None,
        );
        Self { endpoint: connection.resource_manager().clone(), pipeline, observer: None }
    }

    /// The same, telling `observer` of every exchange.
    pub fn observed_by(mut self, observer: Observer) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Sends a request and returns its answer.
    ///
    /// # Errors
    /// [`Error::Service`] for a status of 400 and above; the other variants when there was no answer.
    pub async fn send(&self, request: ArmRequest) -> Result<Answer> {
        let url = request.url(&self.endpoint)?;
        self.exchange(request.method, url, request.body).await
    }

    /// Deletes. Returns false when there was nothing to delete (204).
    ///
    /// # Errors
    /// As [`ArmClient::send`].
    pub async fn delete(&self, request: ArmRequest) -> Result<bool> {
        Ok(self.send(request).await?.status != 204)
    }

    /// Reads a list to its end, following `nextLink`.
    ///
    /// # Errors
    /// As [`ArmClient::send`]; [`Error::UnexpectedAnswer`] when a link leads elsewhere.
    pub async fn list<T: DeserializeOwned>(&self, request: ArmRequest) -> Result<Vec<T>> {
        let mut url = request.url(&self.endpoint)?;
        let mut elements = Vec::new();
        loop {
            let answer = self.exchange(Method::Get, url.clone(), None).await?;
            let page: Page<T> = answer.json()?;
            elements.extend(page.value);
            let Some(link) = page.next_link.filter(|link| !link.is_empty()) else {
                return Ok(elements);
            };
            let next = self.follow(&link, &answer)?;
            if next == url {
                return Err(unexpected(&answer, "its nextLink leads back to itself"));
            }
            url = next;
        }
    }

    /// Sends a request and, where the service answers before it is done, waits for the end.
    ///
    /// # Errors
    /// As [`ArmClient::send`]; [`Error::Service`] when the operation ends in failure.
    pub async fn send_to_end(&self, request: ArmRequest) -> Result<Answer> {
        let answer = self.send(request).await?;
        if let Some(link) = answer.header(&ASYNC_OPERATION) {
            let result = answer.header(&LOCATION);
            return self.poll_status(link, result, answer).await;
        }
        match answer.header(&LOCATION) {
            Some(link) if answer.status == 202 => self.poll_location(link, answer).await,
            _ => Ok(answer),
        }
    }

    /// Polls the status document until it names an end, then fetches the result.
    async fn poll_status(&self, link: String, result: Option<String>, mut answer: Answer) -> Result<Answer> {
        let url = self.follow(&link, &answer)?;
        loop {
            sleep(answer.retry_after()).await;
            answer = self.exchange(Method::Get, url.clone(), None).await?;
            let operation: OperationStatus = answer.json()?;
            match operation.status.as_deref() {
                Some("Succeeded") => break,
                Some(end @ ("Failed" | "Canceled")) => {
                    return Err(operation_failed(end, operation.error, &answer));
                }
                Some(_) => {}
                None => return Err(unexpected(&answer, "it has no status")),
            }
        }
        match result {
            Some(link) => {
                let url = self.follow(&link, &answer)?;
                self.exchange(Method::Get, url, None).await
            }
            None => Ok(answer),
        }
    }

    /// Polls the result until it is there.
    async fn poll_location(&self, mut link: String, mut answer: Answer) -> Result<Answer> {
        loop {
            sleep(answer.retry_after()).await;
            let url = self.follow(&link, &answer)?;
            answer = self.exchange(Method::Get, url, None).await?;
            if answer.status != 202 {
                return Ok(answer);
            }
            if let Some(next) = answer.header(&LOCATION) {
                link = next;
            }
        }
    }

    /// Accepts a link of an answer only if it stays at this endpoint: the token goes with it.
    fn follow(&self, link: &str, answer: &Answer) -> Result<Url> {
        match Url::parse(link) {
            Ok(url) if url.origin() == self.endpoint.origin() => Ok(url),
            _ => Err(unexpected(answer, &format!("its link leads to '{link}', away from {}", self.endpoint))),
        }
    }

    async fn exchange(&self, method: Method, url: Url, body: Option<Vec<u8>>) -> Result<Answer> {
        let outcome = self.round_trip(method, &url, body).await;
        if let Some(observer) = &self.observer {
            let refusal = outcome.as_ref().err().and_then(Error::service);
            observer(&Exchange {
                method: method.to_string(),
                path: url.path().to_owned(),
                status: match &outcome {
                    Ok(answer) => Some(answer.status),
                    Err(_) => refusal.map(|error| error.status),
                },
                code: refusal.map(|error| error.code.clone()),
                rule: refusal.and_then(|error| error.rule.clone()),
            });
        }
        outcome
    }

    async fn round_trip(&self, method: Method, url: &Url, body: Option<Vec<u8>>) -> Result<Answer> {
        let mut request = Request::new(url.clone(), method);
        // Also without a body: the emulator's own endpoints want it on every POST.
        if body.is_some() || method == Method::Post {
            request.insert_header("content-type", "application/json");
        }
        if let Some(body) = body {
            request.set_body(body);
        }
        // The pipeline would turn a failure into its own error and lose headers; it is read here instead.
        let options = PipelineSendOptions { skip_checks: true, ..PipelineSendOptions::default() };
        let response = self
            .pipeline
            .send(&Context::new(), &mut request, Some(options))
            .await
            .map_err(|problem| Error::from_pipeline(&problem, url))?;
        let (status, headers, body) = response.deconstruct();
        let status = u16::from(status);
        let request = format!("{method} {}", url.path());
        if status >= 400 {
            let refusal = ServiceError::read(status, &headers, &body, request);
            return Err(Error::Service(Box::new(refusal)));
        }
        Ok(Answer { status, headers, body: body.to_vec(), request })
    }
}

impl fmt::Debug for ArmClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let endpoint = self.endpoint.as_str();
        f.debug_struct("ArmClient").field("endpoint", &endpoint).finish_non_exhaustive()
    }
}

fn unexpected(answer: &Answer, problem: &str) -> Error {
    Error::UnexpectedAnswer { request: answer.request.clone(), problem: problem.to_owned() }
}

/// An operation that ended badly, told in the words of its status document.
fn operation_failed(end: &str, error: Option<Value>, answer: &Answer) -> Error {
    let text = |key: &str| {
        let value = error.as_ref().and_then(|error| error.get(key));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    Error::Service(Box::new(ServiceError {
        status: answer.status,
        code: text("code").unwrap_or_else(|| end.to_owned()),
        message: text("message").unwrap_or_else(|| format!("The operation ended as '{end}'.")),
        target: text("target"),
        rule: None,
        not_emulated: None,
        request_id: None,
        request: answer.request.clone(),
    }))
}
