//! Throttling: how many requests Resource Manager takes.
//!
//! The buckets are counted in `resources::throttling`; here are what is refused and the texts (`arm-wire` 1.9).

use crate::fault::Fault;
use crate::rules::Evidence::{Assumed, Documented, Reported};
use crate::rules::{Origin, PRINTED, Rule};
use uuid::Uuid;

const THROTTLING: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling";

/// A caller has so many requests to a subscription.
pub static REQUESTS_PER_SUBSCRIPTION: Rule = Rule {
    name: "requests-per-subscription",
    sentence: "A caller has 250 reads, 200 writes and 200 deletes at a subscription, all callers 15 times as many, and a tenth of the \
               reads and a twentieth of the others come back each second; enforced under the setting 'throttling'.",
    page: THROTTLING,
    status: 429,
    code: "SubscriptionRequestsThrottled",
    origin: Origin::Gateway,
    remedy: "Wait as many seconds as Retry-After says, and send fewer requests at once.",
    limit: Documented { page: THROTTLING },
    answer: Reported { source: PRINTED },
};

/// A caller has so many requests to the tenant.
pub static REQUESTS_PER_TENANT: Rule = Rule {
    name: "requests-per-tenant",
    sentence: "A caller has 250 reads, 200 writes and 200 deletes outside subscriptions, and a tenth of the reads and a twentieth of the \
               others come back each second; enforced under the setting 'throttling'.",
    page: THROTTLING,
    status: 429,
    code: "TooManyRequests",
    origin: Origin::Gateway,
    remedy: "Wait as many seconds as Retry-After says, and send fewer requests at once.",
    limit: Documented { page: THROTTLING },
    answer: Assumed { because: "Microsoft's pages show the text for subscriptions only" },
};

/// Returns the refusal of one more request to a subscription; the next is taken in that many seconds.
pub fn subscription_requests_throttled(verb: &str, subscription: Uuid, caller: Uuid, seconds: i64) -> Fault {
    let message = format!(
        "Number of '{verb}' requests for subscription '{subscription}' actor '{caller}' exceeded. Please try again after '{seconds}' \
         seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information."
    );
    Fault::broken(&REQUESTS_PER_SUBSCRIPTION, message).retry_after(seconds)
}

/// Returns the refusal of one more request to the tenant; the next is taken in that many seconds.
pub fn tenant_requests_throttled(seconds: i64) -> Fault {
    Fault::broken(&REQUESTS_PER_TENANT, "The request is being throttled.".to_owned()).retry_after(seconds)
}
