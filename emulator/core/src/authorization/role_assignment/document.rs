//! Role assignments as documents: what a PUT sends, and what a world file says.
//!
//! Shared by the wire and by world files, because an entry of a file is applied as the PUT that it stands for. How an
//! assignment is shown on the wire is the server's.

use super::{RoleAssignment, RoleAssignmentCreateParameters, put_in, remove_those, tenant_of};
use crate::fault::Fault;
use crate::guid;
use crate::members;
use crate::resource_id::ResourceId;
use crate::rules::role_assignments as rules;
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, ROLE_ASSIGNMENTS, Seed, World};
use serde_json::{Value, json};

/// What a world file and the deletion of a group need to know.
pub static KIND: Kind = Kind {
    resource_type: ROLE_ASSIGNMENTS,
    seed,
    export,
    remove_at_and_below: |world, scope| remove_those(world, scope, None),
    tracked: |_, _| Vec::new(),
};

impl RoleAssignmentCreateParameters {
    /// Reads the body of a PUT. Members that are null count as left out, unknown ones are ignored.
    ///
    /// # Errors
    /// `role-assignment-has-properties`, `role-assignment-names-role-and-principal`, `content-is-valid`.
    pub fn read(body: &Document) -> Result<Self, Fault> {
        let Some(Value::Object(properties)) = body.get("properties") else { return Err(rules::no_properties()) };
        let text = |name: &str| members::text(properties, name);
        if let Some(missing) = ["roleDefinitionId", "principalId"].into_iter().find(|name| !properties.contains_key(*name)) {
            return Err(rules::required_property_missing(missing));
        }
        Ok(Self {
            role_definition_id: text("roleDefinitionId")?.unwrap_or_default(),
            principal_id: text("principalId")?.unwrap_or_default(),
            principal_type: members::filled_text(properties, "principalType")?,
            description: text("description")?,
            condition: text("condition")?,
            condition_version: text("conditionVersion")?,
            delegated_managed_identity_resource_id: text("delegatedManagedIdentityResourceId")?,
            can_delegate: members::flag(properties, "canDelegate")?,
            is_of_an_older_version: false,
        })
    }
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let scope = id.parent().unwrap_or_else(ResourceId::root);
    let asked = RoleAssignmentCreateParameters::read(body)?;
    let mut state = SeedState::new(state);
    let tenant = state.guid("tenantId")?.unwrap_or_else(|| tenant_of(world, &scope, guid::read(&asked.principal_id), None));
    let made = put_in(world, tenant, &scope, id.name(), asked, None)?;
    let seeded = RoleAssignment {
        created_on: state.time("createdOn")?.unwrap_or(made.created_on),
        updated_on: state.time("updatedOn")?.unwrap_or(made.updated_on),
        created_by: state.guid("createdBy")?,
        updated_by: state.guid("updatedBy")?,
        can_delegate: state.flag("canDelegate")?,
        ..RoleAssignment::clone(&made)
    };
    world.role_assignments.insert(seeded);
    state.finish()
}

fn export(world: &World) -> Vec<Seed> {
    // Those of a schedule are written down as their schedule.
    world
        .role_assignments
        .iter()
        .filter(|it| it.schedule.is_none())
        .map(|it| Seed { id: it.id(), body: body(world, it), state: state(it) })
        .collect()
}

/// What a person would write: the type of the principal only where the directory would not tell it.
fn body(world: &World, it: &RoleAssignment) -> Document {
    let known = world.directory.principal(it.principal_id).filter(|principal| principal.tenant_id == it.tenant_id);
    let (condition, version) = it.condition.as_ref().map(|it| (&it.text, &it.version)).unzip();
    let properties = json!({
        "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{}", it.role),
        "principalId": it.principal_id,
        "principalType": known.is_none().then(|| it.principal_type.as_str()),
        "description": it.description.as_deref(),
        "condition": condition,
        "conditionVersion": version,
        "delegatedManagedIdentityResourceId": it.delegated_managed_identity_resource_id.as_deref(),
    });
    without_nulls(json!({ "properties": without_nulls(properties) }))
}

/// What the server made. The tenant is kept because outside subscriptions it follows from who asked.
fn state(it: &RoleAssignment) -> Document {
    without_nulls(json!({
        "createdOn": it.created_on.to_string(),
        "updatedOn": it.updated_on.to_string(),
        "createdBy": it.created_by,
        "updatedBy": it.updated_by,
        "tenantId": it.scope.subscription().is_none().then_some(it.tenant_id),
        "canDelegate": it.can_delegate,
    }))
}

fn without_nulls(value: Value) -> Document {
    let Value::Object(document) = value else { return Document::new() };
    document.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;
    use crate::world_file::{self, ClockEntry, WorldText};

    #[test]
    fn assignments_of_every_sort_survive_being_written_down() {
        let text = r#"{
            "tenants": [
                { "id": "00000000-0000-4000-8000-000000000001", "subscriptions": [{ "id": "00000000-0000-4000-8000-000000000002" }],
                  "managementGroups": [{ "name": "mg" }],
                  "principals": [{ "name": "ada", "type": "User" }, { "name": "both", "type": "Group", "members": ["ada"] }] },
                { "id": "00000000-0000-4000-8000-000000000009", "principals": [{ "name": "bob", "type": "ServicePrincipal" }] } ],
            "roleAssignments": [
                { "principal": "both", "role": "Reader", "scope": "/" },
                { "principal": "bob", "role": "Reader", "scope": "/" },
                { "principal": "ada", "role": "Owner", "scope": "/providers/Microsoft.Management/managementGroups/mg",
                  "condition": "@Principal[a] StringEquals 'b'", "description": "why" },
                { "principal": "bob", "role": "Reader", "scope": "/subscriptions/00000000-0000-4000-8000-000000000002",
                  "principalType": "ServicePrincipal", "state": { "createdBy": "00000000-0000-4000-8000-00000000000a", "canDelegate": true } },
                { "principal": "00000000-0000-4000-8000-00000000000b", "role": "Reader", "principalType": "ForeignGroup",
                  "scope": "/subscriptions/00000000-0000-4000-8000-000000000002/providers/Microsoft.Storage/storageAccounts/c" } ] }"#;
        let read = |text: &str| world_file::read(&[WorldText { name: "file", text }], Timestamp::from_seconds(7)).unwrap().world;
        let first = read(text);
        assert_eq!(first.role_assignments.len(), 5);
        let written = world_file::export(&first, ClockEntry::default()).to_string();
        let second = read(&written);
        assert_eq!(world_file::export(&second, ClockEntry::default()).to_string(), written);
        let all = |world: &World| world.role_assignments.iter().map(|it| RoleAssignment::clone(it)).collect::<Vec<_>>();
        assert_eq!(all(&first), all(&second));
    }
}
