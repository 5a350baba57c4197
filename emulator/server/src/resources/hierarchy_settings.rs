//! The settings of the hierarchy of management groups on the wire: `…/managementGroups/{root}/settings/default`.
//!
//! There is one of them, on the tenant's root group.

use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::resources::management_group;
use adf_emulator_core::resources::management_group::settings::{self, HierarchySettings};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const SETTINGS: &str = "/providers/Microsoft.Management/managementGroups/{groupId}/settings/default";
const READ: Access = Access::Action("Microsoft.Management/managementGroups/settings/read");
const WRITE: Access = Access::Action("Microsoft.Management/managementGroups/settings/write");
const DELETE: Access = Access::Action("Microsoft.Management/managementGroups/settings/delete");
const COLLECTION: &str = "/providers/Microsoft.Management/managementGroups/{groupId}/settings";

/// The operations of the settings.
pub static OPERATIONS: &[Operation] = &[
    row("HierarchySettings_List", Method::GET, COLLECTION, READ, Run::Read(list)),
    row("HierarchySettings_Get", Method::GET, SETTINGS, READ, Run::Read(get)),
    row("HierarchySettings_CreateOrUpdate", Method::PUT, SETTINGS, WRITE, Run::Write(create_or_update)),
    row("HierarchySettings_Update", Method::PATCH, SETTINGS, WRITE, Run::Write(update)),
    row("HierarchySettings_Delete", Method::DELETE, SETTINGS, DELETE, Run::Write(delete)),
];

const fn row(name: &'static str, method: Method, path: &'static str, access: Access, run: Run) -> Operation {
    let note = "making a group needs a right whether or not requireAuthorizationForGroupCreation is true";
    Operation { name, method, path, access, run, note, versions: Versions::All }
}

/// `GET …/settings`
/// <https://learn.microsoft.com/rest/api/managementgroups/hierarchy-settings/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let tenant = request.caller.tenant_id;
    management_group::get(world, tenant, request.target.name())?;
    let found = settings::get_of(world, tenant, request.target.name()).ok();
    Ok(List::page(found.iter().map(|it| shape(tenant, it)).collect(), request))
}

/// `GET …/settings/default`
/// <https://learn.microsoft.com/rest/api/managementgroups/hierarchy-settings/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let tenant = request.caller.tenant_id;
    settings::get_of(world, tenant, request.parent().name()).map(|it| Reply::ok(&shape(tenant, &it)))
}

/// `PUT …/settings/default`
/// <https://learn.microsoft.com/rest/api/managementgroups/hierarchy-settings/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let tenant = request.caller.tenant_id;
    settings::put(world, tenant, request.parent().name(), &request.document()?).map(|it| Reply::ok(&shape(tenant, &it)))
}

/// `PATCH …/settings/default`
/// <https://learn.microsoft.com/rest/api/managementgroups/hierarchy-settings/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let tenant = request.caller.tenant_id;
    settings::merge(world, tenant, request.parent().name(), &request.document()?).map(|it| Reply::ok(&shape(tenant, &it)))
}

/// `DELETE …/settings/default`
/// <https://learn.microsoft.com/rest/api/managementgroups/hierarchy-settings/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    settings::delete(world, request.caller.tenant_id, request.parent().name()).map(|()| Reply::empty_ok())
}

fn shape(tenant: Uuid, it: &HierarchySettings) -> Value {
    let root = management_group::id_of(&tenant.to_string());
    let default = it.default_management_group.as_deref().unwrap_or(root.name());
    json!({ "id": root.child("settings", "default").as_str(), "type": settings::TYPE, "name": root.name(),
        "properties": { "tenantId": tenant, "defaultManagementGroup": management_group::id_of(default).as_str(),
            "requireAuthorizationForGroupCreation": it.require_authorization_for_group_creation.unwrap_or(false) } })
}
