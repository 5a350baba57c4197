//! Subscriptions under management groups on the wire: put, get, list, delete.
//!
//! Who may move what is the core's.

use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::resources::management_group::{self, Shown};
use adf_emulator_core::resources::subscription::Subscription;
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

const SUBSCRIPTION: &str = "/providers/Microsoft.Management/managementGroups/{groupId}/subscriptions/{subscriptionId}";

/// The operations of subscriptions under management groups.
pub static OPERATIONS: &[Operation] = &[
    Operation::since(
        "2020-05-01",
        "ManagementGroupSubscriptions_GetSubscriptionsUnderManagementGroup",
        Method::GET,
        "/providers/Microsoft.Management/managementGroups/{groupId}/subscriptions",
        Access::Action("Microsoft.Management/managementGroups/subscriptions/read"),
        Run::Read(list),
    ),
    Operation::since(
        "2020-05-01",
        "ManagementGroupSubscriptions_GetSubscription",
        Method::GET,
        SUBSCRIPTION,
        Access::Action("Microsoft.Management/managementGroups/subscriptions/read"),
        Run::Read(get),
    ),
    Operation::new(
        "ManagementGroupSubscriptions_Create",
        Method::PUT,
        SUBSCRIPTION,
        Access::Action("Microsoft.Management/managementGroups/subscriptions/write"),
        Run::Write(create),
    ),
    Operation::new(
        "ManagementGroupSubscriptions_Delete",
        Method::DELETE,
        SUBSCRIPTION,
        Access::Action("Microsoft.Management/managementGroups/subscriptions/delete"),
        Run::Write(delete),
    ),
];

/// `GET …/managementGroups/{groupId}/subscriptions`
/// <https://learn.microsoft.com/rest/api/managementgroups/management-group-subscriptions/get-subscriptions-under-management-group>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let group = management_group::get(world, request.caller.tenant_id, request.target.name())?;
    let links = management_group::subscriptions(world, &group).map(|it| link(&group, it)).collect();
    Ok(List::page(links, request))
}

/// `GET …/managementGroups/{groupId}/subscriptions/{subscriptionId}`
/// <https://learn.microsoft.com/rest/api/managementgroups/management-group-subscriptions/get-subscription>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let group = management_group::get(world, request.caller.tenant_id, request.parent().name())?;
    let named = |it: &&Arc<Subscription>| it.id.to_string().eq_ignore_ascii_case(request.target.name());
    let found = management_group::subscriptions(world, &group).find(named);
    found.map(|it| Reply::ok(&link(&group, it))).ok_or_else(|| arm::subscription_not_found(request.target.name()))
}

/// `PUT …/managementGroups/{groupId}/subscriptions/{subscriptionId}`
/// <https://learn.microsoft.com/rest/api/managementgroups/management-group-subscriptions/create>
fn create(world: &mut World, request: &ArmRequest) -> Answer {
    let caller = request.caller.object_id;
    let (group, subscription) = management_group::add_subscription(world, request.parent().name(), request.target.name(), caller)?;
    Ok(Reply::ok(&link(&group, &subscription)))
}

/// `DELETE …/managementGroups/{groupId}/subscriptions/{subscriptionId}`: 200, or 204 when it was in another group
/// <https://learn.microsoft.com/rest/api/managementgroups/management-group-subscriptions/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let was_there = management_group::remove_subscription(world, request.parent().name(), request.target.name(), request.caller.object_id)?;
    Ok(if was_there { Reply::empty_ok() } else { Reply::no_content() })
}

fn link(group: &Shown, subscription: &Subscription) -> Value {
    let group_id = management_group::id_of(&group.name);
    json!({ "name": subscription.id, "id": group_id.child("subscriptions", &subscription.id.to_string()).as_str(),
        "type": "Microsoft.Management/managementGroups/subscriptions",
        "properties": { "displayName": &*subscription.display_name, "parent": { "id": group_id.as_str() }, "state": "Active",
            "tenant": subscription.tenant_id } })
}
