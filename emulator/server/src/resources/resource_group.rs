//! Resource groups on the wire.
//!
//! Shape and statuses: `arm-wire` 2. A deletion is a 202 whose URL is in `operation_result.rs`.

use super::operation_result;
use crate::arm::reply::{List, Reply};
use crate::arm::request::{self, ArmRequest};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::readable::Readable;
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resources::resource;
use adf_emulator_core::resources::resource_filter::Filter;
use adf_emulator_core::resources::resource_group::{self, ResourceGroup};
use adf_emulator_core::world::{Document, RESOURCE_GROUPS, World};
use axum::http::Method;
use serde::Serialize;
use serde_json::json;

const READ_ACTION: &str = "Microsoft.Resources/subscriptions/resourceGroups/read";
const READ: Access = Access::Action(READ_ACTION);
const WRITE: Access = Access::Action("Microsoft.Resources/subscriptions/resourceGroups/write");
const DELETE: Access = Access::Action("Microsoft.Resources/subscriptions/resourceGroups/delete");
const PATH: &str = "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}";

/// The operations of resource groups.
pub static OPERATIONS: &[Operation] = &[
    Operation::new("ResourceGroups_List", Method::GET, "/subscriptions/{subscriptionId}/resourcegroups", Access::Filtered, Run::Read(list)),
    Operation::new("ResourceGroups_CreateOrUpdate", Method::PUT, PATH, WRITE, Run::Write(create_or_update)),
    Operation::new("ResourceGroups_Update", Method::PATCH, PATH, WRITE, Run::Write(update)),
    Operation::new("ResourceGroups_Get", Method::GET, PATH, READ, Run::Read(get)),
    Operation::new("ResourceGroups_CheckExistence", Method::HEAD, PATH, READ, Run::Read(check_existence)),
    Operation::new("ResourceGroups_Delete", Method::DELETE, PATH, DELETE, Run::Write(delete)),
    Operation {
        name: "ResourceGroups_ExportTemplate",
        method: Method::POST,
        path: "/subscriptions/{subscriptionId}/resourcegroups/{resourceGroupName}/exportTemplate",
        access: Access::Action("Microsoft.Resources/subscriptions/resourceGroups/exportTemplate/action"),
        run: Run::Read(export_template),
        note: "of an empty group only",
        versions: Versions::All,
    },
    Operation::new(
        "Resources_MoveResources",
        Method::POST,
        "/subscriptions/{subscriptionId}/resourceGroups/{sourceResourceGroupName}/moveResources",
        Access::Action("Microsoft.Resources/subscriptions/resourceGroups/moveResources/action"),
        Run::NotEmulated,
    ),
    Operation::new(
        "Resources_ValidateMoveResources",
        Method::POST,
        "/subscriptions/{subscriptionId}/resourceGroups/{sourceResourceGroupName}/validateMoveResources",
        Access::Action("Microsoft.Resources/subscriptions/resourceGroups/validateMoveResources/action"),
        Run::NotEmulated,
    ),
];

/// `GET /subscriptions/{subscriptionId}/resourcegroups`: those that the caller may read, or may read something in.
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let filter = Filter::of_resource_groups(request.query.get("$filter").unwrap_or_default())?;
    let expand = Expand::of(request);
    let mut readable = Readable::by(world, request.caller.object_id);
    let held = readable.groups_of_what_is_held();
    let groups: Vec<_> = resource_group::list(world, &request.target)
        .filter(|group| filter.as_ref().is_none_or(|filter| filter.fits_tags(group.tags.as_ref())))
        .filter(|group| readable.allows(READ_ACTION, &group.id) || held.contains(&**group.id.key()))
        .map(|group| ResourceGroupShape::new(group, &request.api_version, expand))
        .collect();
    Ok(List::page(groups, request))
}

/// `PUT …/resourcegroups/{resourceGroupName}`
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let (group, new) = resource_group::create_or_update(world, &request.target, &request.document()?)?;
    let shape = ResourceGroupShape::new(&group, &request.api_version, Expand::default());
    Ok(if new { Reply::created(&shape) } else { Reply::ok(&shape) })
}

/// `PATCH …/resourcegroups/{resourceGroupName}`
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let group = resource_group::update(world, &request.target, &request.document()?)?;
    Ok(Reply::ok(&ResourceGroupShape::new(&group, &request.api_version, Expand::default())))
}

/// `GET …/resourcegroups/{resourceGroupName}`
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let group = resource_group::get(world, &request.target)?;
    Ok(Reply::ok(&ResourceGroupShape::new(group, &request.api_version, Expand::of(request))))
}

/// `HEAD …/resourcegroups/{resourceGroupName}`
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/check-existence>
fn check_existence(world: &World, request: &ArmRequest) -> Answer {
    resource_group::get(world, &request.target).map(|_| Reply::no_content())
}

/// `DELETE …/resourcegroups/{resourceGroupName}`
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let location = resource_group::get(world, &request.target)?.location.clone();
    resource_group::delete(world, &request.target, request.caller.object_id)?;
    let token = operation_result::token_of_deletion(request.target.name(), &location);
    Ok(operation_result::accepted(&token, request))
}

/// `POST …/resourcegroups/{resourceGroupName}/exportTemplate`: the template of an empty group; of others it is not
/// emulated
/// <https://learn.microsoft.com/rest/api/resources/resource-groups/export-template>
fn export_template(world: &World, request: &ArmRequest) -> Answer {
    let group = &resource_group::get(world, &request.target)?.id;
    if resource::is_any_in(world, group) {
        return Err(Fault::not_emulated("ResourceGroups_ExportTemplate"));
    }
    Ok(Reply::ok(&json!({ "template": {
        "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {},
        "variables": {},
        "resources": [],
    }})))
}

/// Which of the times `$expand` asks for.
#[derive(Clone, Copy, Default)]
struct Expand {
    created_time: bool,
    changed_time: bool,
}

impl Expand {
    fn of(request: &ArmRequest) -> Self {
        Self { created_time: request.expands("createdTime"), changed_time: request.expands("changedTime") }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceGroupShape<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    resource_type: Option<&'static str>,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    managed_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Document>,
    properties: ResourceGroupProperties,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_time: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceGroupProperties {
    provisioning_state: &'static str,
}

impl<'a> ResourceGroupShape<'a> {
    fn new(group: &'a ResourceGroup, api_version: &str, expand: Expand) -> Self {
        Self {
            id: group.id.as_str(),
            name: group.id.name(),
            // Missing in versions up to 2018-05.
            resource_type: request::is_at_least(api_version, "2018-06-01").then_some(RESOURCE_GROUPS),
            location: &group.location,
            managed_by: group.managed_by.as_deref(),
            tags: group.tags.as_ref(),
            properties: ResourceGroupProperties { provisioning_state: group.provisioning_state() },
            created_time: expand.created_time.then(|| group.created_on.to_string()),
            changed_time: expand.changed_time.then(|| group.changed_on.to_string()),
        }
    }
}
