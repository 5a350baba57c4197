//! Role definitions on the wire: their shape and their operations.
//!
//! Ids depend on where they are read (`authorization-wire` 1.5). What a role allows and where it shows is the core's.

use crate::arm::reply::{List, Reply};
use crate::arm::request::{ArmRequest, is_at_least};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::custom_roles::{self, RoleDefinitionParameters};
use adf_emulator_core::authorization::role_definition::{self, Patterns, Permission, RoleDefinition};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;
use uuid::Uuid;

const READ: &str = "Microsoft.Authorization/roleDefinitions/read";
const WRITE: &str = "Microsoft.Authorization/roleDefinitions/write";
const DELETE: &str = "Microsoft.Authorization/roleDefinitions/delete";

/// The operations of role definitions. At the root, whoever may read them somewhere may read them: Terraform's data
/// source asks there, with a principal that holds roles in a subscription only (recorded client requests; *Assumed*).
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "RoleDefinitions_List",
        method: Method::GET,
        path: "/providers/Microsoft.Authorization/roleDefinitions",
        access: Access::ActionSomewhere(READ),
        run: Run::Read(list),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleDefinitions_Get",
        method: Method::GET,
        path: "/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        access: Access::ActionSomewhere(READ),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleDefinitions_List",
        method: Method::GET,
        path: "/{scope}/providers/Microsoft.Authorization/roleDefinitions",
        access: Access::Action(READ),
        run: Run::Read(list),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleDefinitions_Get",
        method: Method::GET,
        path: "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        access: Access::Action(READ),
        run: Run::Read(get),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "RoleDefinitions_CreateOrUpdate",
        method: Method::PUT,
        path: "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        access: Access::Action(WRITE),
        run: Run::Write(create_or_update),
        note: "actions of namespaces other than Microsoft.DataFactory are not checked one by one",
        versions: Versions::All,
    },
    Operation {
        name: "RoleDefinitions_Delete",
        method: Method::DELETE,
        path: "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
        access: Access::Action(DELETE),
        run: Run::Write(delete),
        note: "",
        versions: Versions::All,
    },
];

/// `GET …/roleDefinitions`
/// <https://learn.microsoft.com/rest/api/authorization/role-definitions/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let scope = &request.target;
    let roles = role_definition::list(world, scope, request.query.get("$filter"), request.caller.tenant_id)?;
    Ok(List::page(roles.into_iter().map(|role| RoleDefinitionResource::new(role, scope, request)).collect(), request))
}

/// `GET …/roleDefinitions/{roleDefinitionId}`
/// <https://learn.microsoft.com/rest/api/authorization/role-definitions/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let role = role_definition::get(world, &scope, request.target.name(), request.caller.tenant_id)?;
    Ok(Reply::ok(&RoleDefinitionResource::new(role, &scope, request)))
}

/// `PUT …/roleDefinitions/{roleDefinitionId}`; 201 for a new one and for an update.
/// <https://learn.microsoft.com/rest/api/authorization/role-definitions/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let asked = RoleDefinitionParameters::read(&request.document()?)?;
    let role = custom_roles::put(world, &scope, request.target.name(), asked, Some(request.caller.object_id))?;
    Ok(Reply::created(&RoleDefinitionResource::just_put(&role, &scope, request)))
}

/// `DELETE …/roleDefinitions/{roleDefinitionId}`; what was deleted, or 204.
/// <https://learn.microsoft.com/rest/api/authorization/role-definitions/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let scope = request.parent();
    let gone = custom_roles::delete(world, &scope, request.target.name(), request.caller.object_id)?;
    Ok(gone.map_or_else(Reply::no_content, |role| Reply::ok(&RoleDefinitionResource::new(&role, &scope, request))))
}

/// Returns the id under which a role definition is shown at a scope: that of the scope's subscription, else the
/// tenant's.
pub(super) fn id_at(scope: &ResourceId, role: Uuid) -> String {
    let subscription = scope.subscription().and_then(|id| Uuid::try_parse(id).ok());
    let head = subscription.map(|id| format!("/subscriptions/{id}")).unwrap_or_default();
    format!("{head}/providers/Microsoft.Authorization/roleDefinitions/{role}")
}

#[derive(Serialize)]
struct RoleDefinitionResource<'a> {
    properties: RoleDefinitionProperties<'a>,
    id: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RoleDefinitionProperties<'a> {
    role_name: &'a str,
    #[serde(rename = "type")]
    role_type: &'static str,
    description: &'a str,
    assignable_scopes: &'a [std::borrow::Cow<'static, str>],
    permissions: Vec<PermissionShape<'a>>,
    created_on: String,
    updated_on: String,
    created_by: Option<Uuid>,
    updated_by: Option<Uuid>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PermissionShape<'a> {
    actions: Vec<&'a str>,
    not_actions: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data_actions: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_data_actions: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition_version: Option<&'a str>,
}

impl<'a> RoleDefinitionResource<'a> {
    /// As the answer to a PUT shows it: made now and by nobody, also when it was there before (`authorization-wire` 1.5).
    fn just_put(role: &'a RoleDefinition, scope: &ResourceId, request: &ArmRequest) -> Self {
        let stored = Self::new(role, scope, request);
        let properties =
            RoleDefinitionProperties { created_on: role.updated_on.with_seven_digits(), created_by: None, ..stored.properties };
        Self { properties, ..stored }
    }

    /// As GET, a list and DELETE show it.
    fn new(role: &'a RoleDefinition, scope: &ResourceId, request: &ArmRequest) -> Self {
        let permission = |it| PermissionShape::new(it, &request.api_version);
        Self {
            properties: RoleDefinitionProperties {
                role_name: &role.role_name,
                role_type: role.role_type.as_str(),
                description: &role.description,
                assignable_scopes: &role.assignable_scopes,
                permissions: role.permissions.iter().map(permission).collect(),
                created_on: role.created_on.with_seven_digits(),
                updated_on: role.updated_on.with_seven_digits(),
                created_by: role.created_by,
                updated_by: role.updated_by,
            },
            id: id_at(scope, role.id),
            resource_type: "Microsoft.Authorization/roleDefinitions",
            name: role.id,
        }
    }
}

impl<'a> PermissionShape<'a> {
    /// Data actions and conditions came with later versions (`authorization-wire` 1.1).
    pub(super) fn new(permission: &'a Permission, api_version: &str) -> Self {
        let texts = |patterns: &'a Patterns| patterns.iter().map(|pattern| pattern.as_str()).collect::<Vec<_>>();
        let has_data = is_at_least(api_version, "2018-07-01") || api_version.eq_ignore_ascii_case("2018-01-01-preview");
        let condition = permission.condition.as_ref().filter(|_| is_at_least(api_version, "2022-05-01"));
        Self {
            actions: texts(&permission.actions),
            not_actions: texts(&permission.not_actions),
            data_actions: has_data.then(|| texts(&permission.data_actions)),
            not_data_actions: has_data.then(|| texts(&permission.not_data_actions)),
            condition: condition.map(|it| &*it.text),
            condition_version: condition.map(|it| &*it.version),
        }
    }
}
