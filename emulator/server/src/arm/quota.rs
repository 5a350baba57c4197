//! Quotas: which bucket a request counts against, and the headers that say what is left of it.
//!
//! While nobody is throttled the headers have the newest figures that Azure was seen to begin with, always the same;
//! under the setting `throttling` they tell the buckets of `core`. By action, as `datafactory-wire` 1.6 has it.

use super::routes::Operation;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::throttling::{Remaining, Verb};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};

/// What an answer says of the quota that its request counted against.
#[derive(Clone, Copy, Debug)]
pub struct Quota {
    verb: Verb,
    in_subscription: bool,
    /// What is left, where requests are counted.
    remaining: Option<Remaining>,
}

impl Quota {
    /// Returns the quota of a request before it is counted.
    pub fn of(method: &Method, operation: Option<&Operation>, path: &ResourceId) -> Self {
        let reads = match operation.and_then(|operation| operation.access.action()) {
            Some(action) => action.ends_with("/read"),
            None => matches!(*method, Method::GET | Method::HEAD),
        };
        let verb = match (reads, method) {
            (true, _) => Verb::Read,
            (false, &Method::DELETE) => Verb::Delete,
            (false, _) => Verb::Write,
        };
        Self { verb, in_subscription: path.subscription().is_some(), remaining: None }
    }

    /// Returns what the request counts as.
    pub const fn verb(self) -> Verb {
        self.verb
    }

    /// Returns the quota with what is left of it.
    pub const fn with(self, remaining: Remaining) -> Self {
        Self { remaining: Some(remaining), ..self }
    }

    /// Adds the headers of an answer.
    pub fn add_to(self, headers: &mut HeaderMap) {
        let names: &[(HeaderName, HeaderValue)] = match (self.in_subscription, self.verb) {
            (true, Verb::Read) => &SUBSCRIPTION_READS,
            (true, Verb::Write) => &SUBSCRIPTION_WRITES,
            (true, Verb::Delete) => &SUBSCRIPTION_DELETES,
            (false, Verb::Read) => &TENANT_READS,
            (false, Verb::Write) => &TENANT_WRITES,
            (false, Verb::Delete) => &TENANT_DELETES,
        };
        let left = self.remaining.map_or([None, None], |remaining| [Some(remaining.own), remaining.global]);
        for ((name, usual), left) in names.iter().zip(left) {
            headers.insert(name.clone(), left.map_or_else(|| usual.clone(), HeaderValue::from));
        }
    }
}

/// A header of a quota and what is left of it after the first request.
const fn left(name: &'static str, number: &'static str) -> (HeaderName, HeaderValue) {
    (HeaderName::from_static(name), HeaderValue::from_static(number))
}

static SUBSCRIPTION_READS: [(HeaderName, HeaderValue); 2] =
    [left("x-ms-ratelimit-remaining-subscription-reads", "249"), left("x-ms-ratelimit-remaining-subscription-global-reads", "3749")];
static SUBSCRIPTION_WRITES: [(HeaderName, HeaderValue); 2] =
    [left("x-ms-ratelimit-remaining-subscription-writes", "199"), left("x-ms-ratelimit-remaining-subscription-global-writes", "2999")];
static SUBSCRIPTION_DELETES: [(HeaderName, HeaderValue); 2] =
    [left("x-ms-ratelimit-remaining-subscription-deletes", "199"), left("x-ms-ratelimit-remaining-subscription-global-deletes", "2999")];
static TENANT_READS: [(HeaderName, HeaderValue); 1] = [left("x-ms-ratelimit-remaining-tenant-reads", "249")];
static TENANT_WRITES: [(HeaderName, HeaderValue); 1] = [left("x-ms-ratelimit-remaining-tenant-writes", "199")];
static TENANT_DELETES: [(HeaderName, HeaderValue); 1] = [left("x-ms-ratelimit-remaining-tenant-deletes", "199")];
