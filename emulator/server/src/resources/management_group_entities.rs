//! What a caller sees of the hierarchy at once: `getEntities`; and whether a name is free, and the tenant's backfill.
//!
//! Each belongs to no group, so whoever may read a group somewhere may ask.

use super::management_group::{READ, type_in};
use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::members;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::management_group::{self, Entity, EntityQuery, Permissions};
use adf_emulator_core::rules::management_groups as rules;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};

/// The operations.
pub static OPERATIONS: &[Operation] = &[
    row("Entities_List", "/providers/Microsoft.Management/getEntities", READ, entities, "$view=Audit shows what FullHierarchy shows"),
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
    Operation {
        name,
        method: Method::POST,
        path,
        access: Access::ActionSomewhere(action),
        run: Run::Read(read),
        note,
        versions: Versions::All,
    }
}

/// `POST /providers/Microsoft.Management/getEntities`: the groups and subscriptions that the caller may see
/// <https://learn.microsoft.com/rest/api/managementgroups/entities/list>
fn entities(world: &World, request: &ArmRequest) -> Answer {
    let sent = |name: &str| request.query.get(name).unwrap_or_default();
    let asked = EntityQuery::read(sent("$filter"), sent("$search"), sent("$view"), sent("groupName"))?;
    let all = management_group::entities(world, request.caller.tenant_id);
    let selected: Vec<String> = sent("$select").split(',').map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()).collect();
    let shown = asked.choose(world, request.caller.object_id, &all).into_iter().map(|it| {
        let whole = shape(world, request, it);
        if selected.is_empty() { whole } else { only(whole, &selected) }
    });
    let skipped = sent("$skip").parse().unwrap_or(0);
    Ok(List::page(shown.skip(skipped).collect(), request))
}

fn shape(world: &World, request: &ArmRequest, it: &Entity) -> Value {
    let permissions = |id: &ResourceId| Permissions::at(world, request.caller.object_id, id);
    let parent = it.above.first().map(|(name, _)| management_group::id_of(name));
    let inherited = parent.as_ref().map_or(Permissions::NoAccess, permissions);
    let (names, shown): (Vec<&str>, Vec<&str>) = it.above.iter().rev().map(|(name, shown)| (&**name, &**shown)).unzip();
    json!({
        "id": it.id.as_str(),
        "type": if it.is_group() { type_in(request) } else { "/subscriptions" },
        "name": it.id.name(),
        "properties": {
            "tenantId": it.tenant_id,
            "displayName": &*it.display_name,
            "numberOfDescendants": it.descendants,
            "numberOfChildren": it.children,
            "numberOfChildGroups": it.child_groups,
            "parent": { "id": parent.as_ref().map(ResourceId::as_str) },
            "permissions": permissions(&it.id).as_str(),
            "inheritedPermissions": inherited.as_str(),
            "parentDisplayNameChain": shown,
            "parentNameChain": names,
        },
    })
}

/// Leaves of an entity its id and the members that `$select` names, in lower case.
fn only(mut whole: Value, selected: &[String]) -> Value {
    let is_selected = |name: &String| selected.contains(&name.to_lowercase());
    if let Some(properties) = whole.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|name, _| is_selected(name) || (name == "parentNameChain" && selected.iter().any(|it| it == "parentchain")));
    }
    if let Some(members) = whole.as_object_mut() {
        members.retain(|name, value| name == "id" || is_selected(name) || value.as_object().is_some_and(|it| !it.is_empty()));
    }
    whole
}

/// `POST /providers/Microsoft.Management/checkNameAvailability`
/// <https://learn.microsoft.com/rest/api/managementgroups/check-name-availability>
fn check_name_availability(world: &World, request: &ArmRequest) -> Answer {
    let body = request.document()?;
    let name = members::text(&body, "name")?.unwrap_or_default();
    let name = name.as_str();
    let invalid = |fault: Fault| match fault {
        Fault::RuleBroken(broken) => broken.message.unwrap_or_default(),
        Fault::Forbidden(_) | Fault::NotEmulated(_) => String::new(),
    };
    let problem = match rules::name_has_its_shape(name) {
        Err(fault) => Some(("Invalid", invalid(fault))),
        Ok(()) if management_group::tenant_with(world, request.caller.tenant_id, name).is_some() => {
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
