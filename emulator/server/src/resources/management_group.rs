//! Management groups on the wire: their shape, their operations, and the results of long ones.
//!
//! Until 2020 types began with `/providers/`, and expanded reads told no details (`arm-wire` 3.6). What the tree may be
//! is the core's.

use crate::arm::reply::{List, Reply};
use crate::arm::request::{ArmRequest, is_at_least};
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::authorization::require;
use adf_emulator_core::resources::management_group::{self, ChildFilter, ManagementGroupParameters, Shown};
use adf_emulator_core::resources::operation::{self, Effect};
use adf_emulator_core::resources::subscription::Subscription;
use adf_emulator_core::rules::arm;
use adf_emulator_core::rules::management_groups as rules;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) const READ: &str = "Microsoft.Management/managementGroups/read";
const WRITE: &str = "Microsoft.Management/managementGroups/write";
const GROUP: &str = "/providers/Microsoft.Management/managementGroups/{groupId}";

/// The operations of management groups.
pub static OPERATIONS: &[Operation] = &[
    Operation::new(
        "ManagementGroups_List",
        Method::GET,
        "/providers/Microsoft.Management/managementGroups",
        Access::ActionSomewhere(READ),
        Run::Read(list),
    ),
    Operation::new("ManagementGroups_Get", Method::GET, GROUP, Access::Action(READ), Run::Read(get)),
    Operation::new("ManagementGroups_CreateOrUpdate", Method::PUT, GROUP, Access::Action(WRITE), Run::Write(create_or_update)),
    Operation::new("ManagementGroups_Update", Method::PATCH, GROUP, Access::Action(WRITE), Run::Write(update)),
    Operation::new(
        "ManagementGroups_Delete",
        Method::DELETE,
        GROUP,
        Access::Action("Microsoft.Management/managementGroups/delete"),
        Run::Write(delete),
    ),
    Operation::since(
        "2019-11-01",
        "ManagementGroups_GetDescendants",
        Method::GET,
        "/providers/Microsoft.Management/managementGroups/{groupId}/descendants",
        Access::Action("Microsoft.Management/managementGroups/descendants/read"),
        Run::Read(descendants),
    ),
    Operation::new(
        "OperationResults_GetAtManagementGroupScope",
        Method::GET,
        "/providers/Microsoft.Management/operationResults/{operation}/managementGroups/{groupId}",
        Access::Starter,
        Run::Read(result),
    ),
];

/// `GET /providers/Microsoft.Management/managementGroups`: those that the caller may read
/// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let may = |group: &Shown| require::is_allowed(world, request.caller.object_id, READ, &management_group::id_of(&group.name));
    let entry = |group: Shown| {
        json!({ "id": management_group::id_of(&group.name).as_str(), "type": type_in(request), "name": &*group.name,
            "properties": { "tenantId": group.tenant_id, "displayName": &*group.display_name } })
    };
    let groups = management_group::list(world, request.caller.tenant_id).into_iter().filter(may).map(entry);
    Ok(List::page(groups.collect(), request))
}

/// `GET /providers/Microsoft.Management/managementGroups/{groupId}`
/// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let group = management_group::get(world, request.caller.tenant_id, request.target.name())?;
    let mut properties = Properties::new(&group);
    let children = Children {
        recurse: request.query.get("$recurse").is_some_and(|text| text.eq_ignore_ascii_case("true")),
        shown: ChildFilter::read(request.query.get("$filter").unwrap_or_default())?,
        resource_type: type_in(request),
    };
    if request.expands("children") {
        properties.children = Some(children.of(world, &group));
        if !is_at_least(&request.api_version, "2020-02-01") {
            properties.details.forget();
        }
    }
    let chain = || group.above.iter().map(|(name, display_name)| json!({ "name": &**name, "displayName": &**display_name }));
    if request.expands("ancestors") {
        properties.details.management_group_ancestors = Some(group.above.iter().map(|(name, _)| name.to_string()).collect());
        properties.details.management_group_ancestors_chain = Some(chain().collect());
    }
    if request.expands("path") {
        properties.details.path = Some(chain().rev().collect());
    }
    Ok(Reply::ok(&ManagementGroupResource::new(&group, Some(properties), None, request)))
}

/// `PUT /providers/Microsoft.Management/managementGroups/{groupId}`: 202 for a new one, 200 for one that is there
/// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let asked = ManagementGroupParameters::of_put(&request.document()?)?;
    let (group, new) = management_group::create_or_update(world, request.target.name(), &asked, request.caller.object_id)?;
    Ok(if new { accepted(&group, "create", request) } else { whole(&group, request) })
}

/// `PATCH /providers/Microsoft.Management/managementGroups/{groupId}`
/// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/update>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let asked = ManagementGroupParameters::of_patch(&request.document()?)?;
    let group = management_group::update(world, request.target.name(), &asked, request.caller.object_id)?;
    Ok(whole(&group, request))
}

/// `DELETE /providers/Microsoft.Management/managementGroups/{groupId}`: 202, or 204
/// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let gone = management_group::delete(world, request.target.name(), request.caller.object_id)?;
    Ok(gone.map_or_else(Reply::no_content, |group| accepted(&group, "delete", request)))
}

/// `GET /providers/Microsoft.Management/managementGroups/{groupId}/descendants`: groups, then subscriptions, flat
/// <https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants>
fn descendants(world: &World, request: &ArmRequest) -> Answer {
    let root = management_group::get(world, request.caller.tenant_id, request.target.name())?;
    let (mut groups, mut subscriptions, mut left) = (Vec::new(), Vec::new(), vec![root]);
    while let Some(parent) = left.pop() {
        let parent_id = management_group::id_of(&parent.name);
        for it in management_group::subscriptions(world, &parent) {
            subscriptions.push(json!({ "id": it.scope().as_str(), "type": "Microsoft.Management/managementGroups/subscriptions",
                "name": it.id, "properties": { "displayName": &*it.display_name, "parent": { "id": parent_id.as_str() } } }));
        }
        let below = management_group::children(world, &parent);
        for it in &below {
            groups.push(json!({ "id": management_group::id_of(&it.name).as_str(), "type": type_in(request), "name": &*it.name,
                "properties": { "displayName": &*it.display_name, "parent": { "id": parent_id.as_str() } } }));
        }
        left.extend(below);
    }
    groups.extend(subscriptions);
    Ok(List::page(groups, request))
}

/// `GET /providers/Microsoft.Management/operationResults/{operation}/managementGroups/{groupId}`: 202 while it runs, then
/// 200 with what came of it, or what it failed for
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>
fn result(world: &World, request: &ArmRequest) -> Answer {
    let name = request.target.name();
    let kind = request.target.segments().nth_back(2).unwrap_or_default().to_ascii_lowercase();
    let effect = if kind == "delete" { Effect::DeleteManagementGroup } else { Effect::CreateManagementGroup };
    let meant = operation::newest(world, request.caller.tenant_id, &management_group::id_of(name), effect);
    if meant.is_none_or(|it| it.started_by != request.caller.object_id) {
        require::require(world, request.caller.object_id, READ, &management_group::id_of(name))?;
    }
    let meant = meant.ok_or_else(|| arm::operation_not_found(name))?;
    // What is deleted got a child while it was.
    rules::is_empty(!meant.has_failed, name)?;
    let status = if meant.is_over(world.now) { "Succeeded" } else { "Running" };
    let group = management_group::get(world, request.caller.tenant_id, name).ok();
    let properties = group.as_ref().filter(|_| status == "Succeeded" && effect == Effect::CreateManagementGroup).map(Properties::new);
    let name = group.as_ref().map_or(meant.target.name(), |group| &group.name);
    let body =
        ManagementGroupResource { id: meant.target.to_string(), resource_type: type_in(request), name, status: Some(status), properties };
    Ok(match meant.is_over(world.now) {
        true => Reply::ok(&body),
        false => Reply::accepted_with(&body).location(&request.url(request.path.as_str())),
    })
}

fn whole(group: &Shown, request: &ArmRequest) -> Reply {
    Reply::ok(&ManagementGroupResource::new(group, Some(Properties::new(group)), None, request))
}

fn accepted(group: &Shown, operation: &str, request: &ArmRequest) -> Reply {
    let path = format!("/providers/Microsoft.Management/operationResults/{operation}/managementGroups/{}", group.name);
    Reply::accepted_with(&ManagementGroupResource::new(group, None, Some("NotStarted"), request)).location(&request.url(&path))
}

/// Returns the type of groups as the api-version prints it.
pub(super) fn type_in(request: &ArmRequest) -> &'static str {
    match is_at_least(&request.api_version, "2020-02-01") {
        true => "Microsoft.Management/managementGroups",
        false => "/providers/Microsoft.Management/managementGroups",
    }
}

#[derive(Serialize)]
struct ManagementGroupResource<'a> {
    id: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'a>>,
}

impl<'a> ManagementGroupResource<'a> {
    fn new(group: &'a Shown, properties: Option<Properties<'a>>, status: Option<&'static str>, request: &ArmRequest) -> Self {
        let id = management_group::id_of(&group.name).to_string();
        Self { id, resource_type: type_in(request), name: &group.name, status, properties }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    tenant_id: Uuid,
    display_name: &'a str,
    details: Details<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    children: Option<Vec<Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    version: u64,
    updated_time: Option<String>,
    updated_by: Option<Uuid>,
    /// Null of the root group.
    parent: Option<Parent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    management_group_ancestors: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    management_group_ancestors_chain: Option<Vec<Value>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parent<'a> {
    id: String,
    name: &'a str,
    display_name: &'a str,
}

impl<'a> Properties<'a> {
    fn new(group: &'a Shown) -> Self {
        let stored = group.group.as_ref();
        let parent =
            group.above.first().map(|(name, display_name)| Parent { id: management_group::id_of(name).to_string(), name, display_name });
        let details = Details {
            version: stored.map_or(1, |it| it.version),
            updated_time: stored.and_then(|it| it.updated_time).map(|time| time.with_seven_digits()),
            updated_by: stored.and_then(|it| it.updated_by),
            parent,
            path: None,
            management_group_ancestors: None,
            management_group_ancestors_chain: None,
        };
        Self { tenant_id: group.tenant_id, display_name: &group.display_name, details, children: None }
    }
}

impl Details<'_> {
    /// As expanded reads of the 2018 versions were recorded.
    fn forget(&mut self) {
        (self.version, self.updated_time, self.updated_by) = (0, Some("0001-01-01T00:00:00".to_owned()), None);
    }
}

/// How the children of a group are shown.
#[derive(Clone, Copy)]
struct Children {
    recurse: bool,
    /// Terraform asks for subscriptions alone, and reads every child as one.
    shown: ChildFilter,
    resource_type: &'static str,
}

impl Children {
    fn of(self, world: &World, parent: &Shown) -> Vec<Value> {
        let group = |it: &Shown| {
            let mut child = json!({ "id": management_group::id_of(&it.name).as_str(), "type": self.resource_type, "name": &*it.name,
                "displayName": &*it.display_name });
            let below = if self.recurse { self.of(world, it) } else { Vec::new() };
            if let (Some(child), false) = (child.as_object_mut(), below.is_empty()) {
                child.insert("children".to_owned(), Value::Array(below));
            }
            child
        };
        let groups = management_group::children(world, parent);
        let subscriptions = management_group::subscriptions(world, parent).filter(|_| self.shown.subscriptions);
        groups.iter().filter(|_| self.shown.groups).map(group).chain(subscriptions.map(|it| subscription(it))).collect()
    }
}

fn subscription(it: &Subscription) -> Value {
    json!({ "id": it.scope().as_str(), "type": "/subscriptions", "name": it.id, "displayName": &*it.display_name })
}
