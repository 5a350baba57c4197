//! What a caller sees of the hierarchy at once: `getEntities`; and whether a name is free, and the tenant's backfill.
//!
//! Each belongs to no group, so whoever may read a group somewhere may ask.

use super::management_group::{READ, type_in};
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::authorization::require;
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::management_group::{self, Shown};
use adf_emulator_core::resources::subscription::Subscription;
use adf_emulator_core::rules::management_groups as rules;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// The operations.
pub static OPERATIONS: &[Operation] = &[
    row("Entities_List", "/providers/Microsoft.Management/getEntities", READ, entities, "without $search, $filter, $view and groupName"),
    row(
        "CheckNameAvailability",
        "/providers/Microsoft.Management/checkNameAvailability",
        "Microsoft.Management/checkNameAvailability/action",
        check_name_availability,
        "",
    ),
    row(
        "StartTenantBackfill",
        "/providers/Microsoft.Management/startTenantBackfill",
        "Microsoft.Management/startTenantBackfill/action",
        backfill,
        "every subscription is in the hierarchy from the start",
    ),
    row(
        "TenantBackfillStatus",
        "/providers/Microsoft.Management/tenantBackfillStatus",
        "Microsoft.Management/tenantBackfillStatus/action",
        backfill,
        "",
    ),
];

const fn row(
    name: &'static str,
    path: &'static str,
    action: &'static str,
    read: fn(&World, &ArmRequest) -> Answer,
    note: &'static str,
) -> Operation {
    Operation { name, method: Method::POST, path, access: Access::ActionSomewhere(action), run: Run::Read(read), note }
}

/// `POST /providers/Microsoft.Management/getEntities`: the groups and subscriptions that the caller may read
/// <https://learn.microsoft.com/rest/api/managementgroups/entities/list>
fn entities(world: &World, request: &ArmRequest) -> Answer {
    if ["$search", "$filter", "$view", "groupName"].into_iter().any(|name| request.query.get(name).is_some_and(|it| !it.is_empty())) {
        return Err(Fault::not_emulated("Entities_List with $search, $filter, $view or groupName"));
    }
    let groups = management_group::list(world, request.caller.tenant_id);
    let of_groups = groups.iter().map(|it| group_entity(world, request, it));
    let of_subscriptions = groups
        .iter()
        .flat_map(|parent| management_group::subscriptions(world, parent).map(move |it| subscription_entity(world, request, parent, it)));
    let skipped = request.query.get("$skip").and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(List::page(of_groups.chain(of_subscriptions).flatten().skip(skipped).collect(), request))
}

fn group_entity(world: &World, request: &ArmRequest, group: &Shown) -> Option<Value> {
    let id = management_group::id_of(&group.name);
    let children = management_group::children(world, group);
    let subscriptions = management_group::subscriptions(world, group).count();
    let parent = group.above.first().map(|(name, _)| management_group::id_of(name));
    let facts = json!({
        "tenantId": group.tenant_id,
        "displayName": &*group.display_name,
        "numberOfDescendants": descendants(world, group),
        "numberOfChildren": children.len() + subscriptions,
        "numberOfChildGroups": children.len(),
    });
    entity(world, request, &id, type_in(request), parent.as_ref(), &group.above, facts)
}

fn subscription_entity(world: &World, request: &ArmRequest, parent: &Shown, subscription: &Arc<Subscription>) -> Option<Value> {
    let own = (parent.name.clone(), parent.display_name.clone());
    let above: Vec<_> = std::iter::once(own).chain(parent.above.iter().cloned()).collect();
    let facts = json!({ "tenantId": subscription.tenant_id, "displayName": &*subscription.display_name, "numberOfDescendants": 0,
        "numberOfChildren": 0, "numberOfChildGroups": 0 });
    let parent_id = management_group::id_of(&parent.name);
    entity(world, request, &subscription.scope(), "/subscriptions", Some(&parent_id), &above, facts)
}

/// Returns an entity; none when the caller may not see it.
fn entity(
    world: &World,
    request: &ArmRequest,
    id: &ResourceId,
    resource_type: &str,
    parent: Option<&ResourceId>,
    above: &[(Arc<str>, Arc<str>)],
    facts: Value,
) -> Option<Value> {
    let permissions = permissions(world, request, id);
    if permissions == "noaccess" {
        return None;
    }
    let Value::Object(mut properties) = facts else { return None };
    let (names, display_names): (Vec<_>, Vec<_>) = above.iter().rev().map(|(name, shown)| (name.to_string(), shown.to_string())).unzip();
    properties.insert("parent".to_owned(), json!({ "id": parent.map(ResourceId::as_str) }));
    properties.insert("permissions".to_owned(), permissions.into());
    let inherited = parent.map_or("noaccess", |parent| self::permissions(world, request, parent));
    properties.insert("inheritedPermissions".to_owned(), inherited.into());
    properties.insert("parentDisplayNameChain".to_owned(), display_names.into());
    properties.insert("parentNameChain".to_owned(), names.into());
    Some(json!({ "id": id.as_str(), "type": resource_type, "name": id.name(), "properties": properties }))
}

/// What the caller may do with a group or a subscription, in the words of the API.
fn permissions(world: &World, request: &ArmRequest, id: &ResourceId) -> &'static str {
    let may = |verb: &str| {
        let action = match id.subscription() {
            Some(_) => format!("Microsoft.Resources/subscriptions/{verb}"),
            None => format!("Microsoft.Management/managementGroups/{verb}"),
        };
        require::is_allowed(world, request.caller.object_id, &action, id)
    };
    match () {
        () if may("delete") => "delete",
        () if may("write") => "edit",
        () if may("read") => "view",
        () => "noaccess",
    }
}

fn descendants(world: &World, group: &Shown) -> usize {
    let below = management_group::children(world, group);
    management_group::subscriptions(world, group).count() + below.iter().map(|it| 1 + descendants(world, it)).sum::<usize>()
}

/// `POST /providers/Microsoft.Management/checkNameAvailability`
/// <https://learn.microsoft.com/rest/api/managementgroups/check-name-availability>
fn check_name_availability(world: &World, request: &ArmRequest) -> Answer {
    let body = request.document()?;
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    let invalid = |fault: Fault| match fault {
        Fault::RuleBroken(broken) => broken.message.unwrap_or_default(),
        Fault::Forbidden(_) | Fault::NotEmulated(_) => String::new(),
    };
    let problem = match rules::name_has_its_shape(name) {
        Err(fault) => Some(("Invalid", invalid(fault))),
        Ok(()) if management_group::tenant_of(world, name).is_some() => {
            Some(("AlreadyExists", format!("The management group '{name}' already exists.")))
        }
        Ok(()) => None,
    };
    Ok(Reply::ok(&match problem {
        Some((reason, message)) => json!({ "nameAvailable": false, "reason": reason, "message": message }),
        None => json!({ "nameAvailable": true }),
    }))
}

/// `POST /providers/Microsoft.Management/startTenantBackfill` and `…/tenantBackfillStatus`: it is over
/// <https://learn.microsoft.com/rest/api/managementgroups/start-tenant-backfill>
fn backfill(_: &World, request: &ArmRequest) -> Answer {
    Ok(Reply::ok(&json!({ "tenantId": request.caller.tenant_id, "status": "Completed" })))
}
