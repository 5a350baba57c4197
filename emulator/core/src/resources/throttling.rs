//! Resource Manager's throttling: token buckets of callers and of subscriptions.
//!
//! Only asked while the setting `throttling` is on. The buckets are no part of a world's value: a read empties them, and a
//! read changes no world; whoever serves a world keeps them. Whole numbers throughout, so that the same times give the
//! same answers. Follows
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling>.

use crate::fault::Fault;
use crate::rules::arm;
use crate::timestamp::{Duration, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a request counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// GET and HEAD, and actions that only read.
    Read,
    /// PUT, PATCH and POST.
    Write,
    /// DELETE.
    Delete,
}

/// How many requests a full bucket has, and how many come back in a second.
#[derive(Clone, Copy, Debug)]
struct Size {
    requests: i64,
    per_second: i64,
}

/// How many times as many requests all callers of a subscription have together.
const GLOBAL_FACTOR: i64 = 15;

/// One request, in the parts in which buckets are filled: what a rate of one a second gives in a tick.
const REQUEST: i64 = Duration::from_seconds(1).ticks();

/// What is left after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remaining {
    /// Requests of this caller to this subscription, or to the tenant.
    pub own: i64,
    /// Requests of all callers to this subscription; the tenant has no such bucket.
    pub global: Option<i64>,
}

/// Where a request counts, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    verb: Verb,
    /// None for the tenant.
    subscription: Option<Uuid>,
    /// None for all callers together.
    caller: Option<Uuid>,
}

/// How full a bucket was, and when.
#[derive(Clone, Copy, Debug)]
struct Level {
    parts: i64,
    at: Timestamp,
}

/// The buckets of one world.
#[derive(Clone, Debug, Default)]
pub struct Buckets {
    levels: BTreeMap<Key, Level>,
}

impl Verb {
    const fn size(self) -> Size {
        match self {
            Self::Read => Size { requests: 250, per_second: 25 },
            Self::Write | Self::Delete => Size { requests: 200, per_second: 10 },
        }
    }

    /// Returns the word that messages have for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Delete => "delete",
        }
    }
}

impl Size {
    const fn global(self) -> Self {
        Self { requests: self.requests * GLOBAL_FACTOR, per_second: self.per_second * GLOBAL_FACTOR }
    }

    /// How full a bucket is that was last touched at `level`.
    fn level(self, level: Option<Level>, now: Timestamp) -> i64 {
        let full = self.requests * REQUEST;
        level.map_or(full, |Level { parts, at }| {
            let since = now.since(at).ticks().max(0);
            parts.saturating_add(since.saturating_mul(self.per_second)).min(full)
        })
    }

    /// Seconds until a bucket that is too empty has a request again.
    const fn seconds_until_one(self, parts: i64) -> i64 {
        let missing = REQUEST - parts;
        let per_second = self.per_second * REQUEST;
        (missing + per_second - 1) / per_second
    }
}

impl Buckets {
    /// Takes one request of `caller` out of the buckets of a subscription, or of the tenant; returns what is left.
    ///
    /// # Errors
    /// A bucket is empty; then nothing is taken.
    pub fn take(&mut self, now: Timestamp, subscription: Option<Uuid>, caller: Uuid, verb: Verb) -> Result<Remaining, Fault> {
        let own = (Key { verb, subscription, caller: Some(caller) }, verb.size());
        let global = subscription.map(|_| (Key { verb, subscription, caller: None }, verb.size().global()));
        let left = |(key, size): (Key, Size)| {
            let parts = size.level(self.levels.get(&key).copied(), now);
            if parts >= REQUEST { Ok((key, parts - REQUEST)) } else { Err(size.seconds_until_one(parts)) }
        };
        let taken = left(own).and_then(|own| Ok((own, global.map(left).transpose()?)));
        let ((own, own_parts), global) = taken.map_err(|seconds| match subscription {
            Some(subscription) => arm::subscription_requests_throttled(verb.as_str(), subscription, caller, seconds),
            None => arm::tenant_requests_throttled(seconds),
        })?;
        self.levels.insert(own, Level { parts: own_parts, at: now });
        let global = global.map(|(key, parts)| {
            self.levels.insert(key, Level { parts, at: now });
            parts / REQUEST
        });
        Ok(Remaining { own: own_parts / REQUEST, global })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBSCRIPTION: Option<Uuid> = Some(Uuid::from_u128(1));
    const ADA: Uuid = Uuid::from_u128(2);

    fn seconds(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_caller_has_so_many_requests_and_gets_them_back_by_the_second() {
        let mut buckets = Buckets::default();
        let first = buckets.take(seconds(0), SUBSCRIPTION, ADA, Verb::Read).unwrap();
        assert_eq!(first, Remaining { own: 249, global: Some(3_749) });
        for _ in 0..249 {
            buckets.take(seconds(0), SUBSCRIPTION, ADA, Verb::Read).unwrap();
        }
        let refused = buckets.take(seconds(0), SUBSCRIPTION, ADA, Verb::Read).unwrap_err();
        assert_eq!(refused.rule().map(|rule| rule.code), Some("SubscriptionRequestsThrottled"));
        // Others, other verbs and other subscriptions have buckets of their own.
        assert_eq!(
            buckets.take(seconds(0), SUBSCRIPTION, Uuid::from_u128(3), Verb::Read).unwrap(),
            Remaining { own: 249, global: Some(3_499) }
        );
        assert_eq!(buckets.take(seconds(0), SUBSCRIPTION, ADA, Verb::Write).unwrap(), Remaining { own: 199, global: Some(2_999) });
        assert_eq!(buckets.take(seconds(0), None, ADA, Verb::Read).unwrap(), Remaining { own: 249, global: None });
        assert_eq!(buckets.take(seconds(1), SUBSCRIPTION, ADA, Verb::Read).unwrap(), Remaining { own: 24, global: Some(3_749) });
        assert_eq!(buckets.take(seconds(60), SUBSCRIPTION, ADA, Verb::Read).unwrap().own, 249);
    }

    #[test]
    fn all_callers_together_have_a_bucket_too() {
        let mut buckets = Buckets::default();
        for number in 0..15 {
            for _ in 0..200 {
                buckets.take(seconds(0), SUBSCRIPTION, Uuid::from_u128(100 + number), Verb::Delete).unwrap();
            }
        }
        assert!(buckets.take(seconds(0), SUBSCRIPTION, ADA, Verb::Delete).is_err());
        assert_eq!(buckets.take(seconds(1), SUBSCRIPTION, ADA, Verb::Delete).unwrap(), Remaining { own: 199, global: Some(149) });
    }
}
