//! Cases of how many requests pass in a moment, on a clock that stands still.
//!
//! Rules: `rules/arm/throttling.rs` of the core.

use axum::http::Method;
use serde_json::json;

use super::super::case::{Case, Step};
use super::{Cases, RG_SHARED, get};

/// How many reads a bucket holds.
const READS: usize = 250;

pub(super) const CASES: Cases = &[("requests-per-subscription", requests_per_subscription), ("requests-per-tenant", requests_per_tenant)];

/// The case in which one read more than the bucket holds is sent before any comes back.
fn one_read_more(name: &'static str, read: Step) -> Case {
    let second = Step::control(Method::PATCH, "clock", &json!({ "advance": "PT1S" }));
    Case::new(name, read.clone())
        .in_world(json!({ "clock": { "frozenAt": "2030-01-01T00:00:00Z" }, "settings": { "throttling": true } }))
        .after(std::iter::repeat_n(read, READS))
        .passes_after("A second passes, as 'Retry-After' says.", [second])
}

fn requests_per_subscription(name: &'static str) -> Case {
    one_read_more(name, get(RG_SHARED)).says(
        "Number of 'read' requests for subscription '22222222-2222-2222-2222-222222222222' actor '44444444-4444-4444-4444-000000000001' \
         exceeded. Please try again after '1' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for \
         additional information.",
    )
}

fn requests_per_tenant(name: &'static str) -> Case {
    one_read_more(name, get("/tenants")).says("The request is being throttled.")
}
