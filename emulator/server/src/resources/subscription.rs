//! Subscriptions on the wire.
//!
//! The shape depends on the api-version: `arm-wire` 3.1. Which subscriptions a caller sees is the core's.

use crate::arm::paging;
use crate::arm::reply::Reply;
use crate::arm::request::{self, ArmRequest};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::resources::subscription::{self, Subscription};
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::{Document, World};
use axum::http::Method;
use serde::Serialize;
use uuid::Uuid;

/// The api-version from which on the list has a count and a subscription says who else manages it.
const NEWER: &str = "2020-01-01";

/// The operations of subscriptions.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "Subscriptions_List",
        method: Method::GET,
        path: "/subscriptions",
        access: Access::Filtered,
        run: Run::Read(list),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Subscriptions_Get",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}",
        access: Access::Action("Microsoft.Resources/subscriptions/read"),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Subscriptions_CheckZonePeers",
        method: Method::POST,
        path: "/subscriptions/{subscriptionId}/providers/Microsoft.Resources/checkZonePeers",
        access: Access::Action("Microsoft.Resources/checkZonePeers/action"),
        run: Run::NotEmulated,
        note: "",
        versions: Versions::All,
    },
];

/// `GET /subscriptions`
/// <https://learn.microsoft.com/rest/api/resources/subscriptions/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let seen = subscription::list(world, request.caller.object_id, request.caller.tenant_id);
    let shapes: Vec<_> = seen.iter().map(|it| SubscriptionShape::new(it, &request.api_version)).collect();
    let total = shapes.len();
    let page = paging::page(shapes, request);
    let count = request::is_at_least(&request.api_version, NEWER).then_some(Count { count_type: "Total", value: total });
    Ok(Reply::ok(&SubscriptionListResult { value: page.value, next_link: page.next_link, count }))
}

/// `GET /subscriptions/{subscriptionId}`
/// <https://learn.microsoft.com/rest/api/resources/subscriptions/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let id = request.target.subscription().unwrap_or_default();
    let found = world.subscription(id).ok_or_else(|| arm::subscription_not_found(id))?;
    Ok(Reply::ok(&SubscriptionShape::new(found, &request.api_version)))
}

#[derive(Serialize)]
struct SubscriptionListResult<'a> {
    value: Vec<SubscriptionShape<'a>>,
    #[serde(rename = "nextLink", skip_serializing_if = "Option::is_none")]
    next_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<Count>,
}

#[derive(Serialize)]
struct Count {
    #[serde(rename = "type")]
    count_type: &'static str,
    value: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubscriptionShape<'a> {
    id: String,
    #[serde(rename = "authorizationSource", skip_serializing_if = "Option::is_none")]
    authorization_source_first: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    managed_by_tenants: Option<[(); 0]>,
    subscription_id: Uuid,
    tenant_id: Uuid,
    display_name: &'a str,
    state: &'static str,
    subscription_policies: SubscriptionPolicies,
    #[serde(rename = "authorizationSource", skip_serializing_if = "Option::is_none")]
    authorization_source_last: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Document>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SubscriptionPolicies {
    location_placement_id: &'static str,
    quota_id: &'static str,
    spending_limit: &'static str,
}

impl<'a> SubscriptionShape<'a> {
    fn new(subscription: &'a Subscription, api_version: &str) -> Self {
        let newer = request::is_at_least(api_version, NEWER);
        Self {
            id: subscription.scope().to_string(),
            authorization_source_first: newer.then_some("RoleBased"),
            managed_by_tenants: newer.then_some([]),
            subscription_id: subscription.id,
            tenant_id: subscription.tenant_id,
            display_name: &subscription.display_name,
            state: "Enabled",
            subscription_policies: SubscriptionPolicies {
                location_placement_id: "Public_2014-09-01",
                quota_id: "PayAsYouGo_2014-09-01",
                spending_limit: "Off",
            },
            authorization_source_last: (!newer).then_some("RoleBased"),
            tags: subscription.tags.as_ref().filter(|tags| newer && !tags.is_empty()),
        }
    }
}
