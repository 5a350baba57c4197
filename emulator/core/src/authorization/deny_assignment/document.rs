//! Deny assignments as documents: what a PUT sends, and what a world file says.
//!
//! Shared by the wire and by world files, because an entry of a file is applied as the PUT that it stands for. How a
//! deny assignment is shown on the wire is the server's.

use super::{DenyAssignment, DenyAssignmentParameters, put_in, remove_those, tenant_of};
use crate::authorization::condition::Condition;
use crate::authorization::denial::DenyPrincipal;
use crate::authorization::role_definition::{Patterns, Permission};
use crate::fault::Fault;
use crate::members;
use crate::resource_id::ResourceId;
use crate::seed_state::SeedState;
use crate::world::{DENY_ASSIGNMENTS, Document, Kind, Seed, World, drop_nulls};
use serde_json::{Value, json};
use std::sync::Arc;

/// What a world file and the deletion of a group need to know.
pub static KIND: Kind = Kind {
    resource_type: DENY_ASSIGNMENTS,
    seed,
    export,
    remove_at_and_below: |world, scope| remove_those(world, scope, None),
    tracked: |_, _| Vec::new(),
};

impl DenyAssignmentParameters {
    /// Reads the body of a PUT. Members that are null count as left out, unknown ones are ignored.
    ///
    /// # Errors
    /// `content-is-valid` when a member is of another form.
    pub fn read(body: &Document) -> Result<Self, Fault> {
        let empty = Document::new();
        let properties = members::object(body, "properties")?.unwrap_or(&empty);
        let flag = |name: &str| Ok::<_, Fault>(members::flag(properties, name)?.unwrap_or_default());
        let principals = |name: &str| members::objects(properties, name)?.into_iter().map(principal).collect::<Result<_, Fault>>();
        let excludes = members::list(properties, "excludePrincipals")?.is_some();
        Ok(Self {
            deny_assignment_name: members::text(properties, "denyAssignmentName")?,
            description: members::text(properties, "description")?,
            permissions: members::objects(properties, "permissions")?.into_iter().map(Permission::read).collect::<Result<_, _>>()?,
            do_not_apply_to_child_scopes: flag("doNotApplyToChildScopes")?,
            principals: principals("principals")?,
            exclude_principals: excludes.then(|| principals("excludePrincipals")).transpose()?,
            is_system_protected: flag("isSystemProtected")?,
            condition: Condition::read(properties)?,
            effect: members::text(properties, "denyAssignmentEffect")?,
        })
    }
}

fn principal(object: &Document) -> Result<(String, Option<String>), Fault> {
    Ok((members::text(object, "id")?.unwrap_or_default(), members::filled_text(object, "type")?))
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let scope = id.parent().unwrap_or_else(ResourceId::root);
    let asked = DenyAssignmentParameters::read(body)?;
    let mut state = SeedState::new(state);
    let tenant = state.guid("tenantId")?.unwrap_or_else(|| tenant_of(world, &scope, &asked.principals, None));
    let made = put_in(world, tenant, &scope, id.name(), asked, None)?;
    let seeded = DenyAssignment {
        created_on: state.time("createdOn")?.unwrap_or(made.created_on),
        updated_on: state.time("updatedOn")?.unwrap_or(made.updated_on),
        created_by: state.guid("createdBy")?,
        updated_by: state.guid("updatedBy")?,
        ..DenyAssignment::clone(&made)
    };
    world.deny_assignments.insert(seeded.key().into(), Arc::new(seeded));
    state.finish()
}

fn export(world: &World) -> Vec<Seed> {
    world.deny_assignments.values().map(|it| Seed { id: it.id(), body: body(it), state: state(it) }).collect()
}

fn body(it: &DenyAssignment) -> Document {
    let texts = |patterns: &Patterns| patterns.iter().map(|it| it.as_str().to_owned()).collect::<Vec<_>>();
    let filled = |list: Vec<String>| (!list.is_empty()).then_some(list);
    let condition = |it: Option<&Condition>| it.map(|it| (it.text.to_string(), it.version.to_string())).unzip();
    let permissions = it.permissions.iter().map(|it| {
        let (text, version) = condition(it.condition.as_ref());
        json!({ "actions": texts(&it.actions), "notActions": filled(texts(&it.not_actions)), "dataActions": filled(texts(&it.data_actions)),
            "notDataActions": filled(texts(&it.not_data_actions)), "condition": text, "conditionVersion": version })
    });
    let principals = |list: &[DenyPrincipal]| list.iter().map(|it| json!({ "id": it.id, "type": &*it.principal_type })).collect::<Vec<_>>();
    let excluded = principals(&it.exclude_principals);
    let (text, version) = condition(it.condition.as_ref());
    let properties = json!({
        "denyAssignmentName": &*it.deny_assignment_name,
        "description": it.description.as_deref(),
        "permissions": permissions.map(without_nulls).collect::<Vec<_>>(),
        "doNotApplyToChildScopes": it.do_not_apply_to_child_scopes.then_some(true),
        "principals": principals(&it.principals),
        "excludePrincipals": (!excluded.is_empty()).then_some(excluded),
        "isSystemProtected": it.is_system_protected.then_some(true),
        "condition": text,
        "conditionVersion": version,
        "denyAssignmentEffect": it.effect.map(|effect| effect.as_str()),
    });
    without_nulls(json!({ "properties": properties }))
}

/// What the server made. The tenant is kept because outside subscriptions it follows from who asked.
fn state(it: &DenyAssignment) -> Document {
    without_nulls(json!({ "createdOn": it.created_on.to_string(), "updatedOn": it.updated_on.to_string(), "createdBy": it.created_by,
        "updatedBy": it.updated_by, "tenantId": it.scope.subscription().is_none().then_some(it.tenant_id) }))
}

fn without_nulls(value: Value) -> Document {
    let Value::Object(mut document) = value else { return Document::new() };
    drop_nulls(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;
    use crate::world_file::{self, ClockEntry, WorldText};

    #[test]
    fn deny_assignments_of_every_sort_survive_being_written_down() {
        let text = r#"{
            "tenants": [{ "id": "00000000-0000-4000-8000-000000000001", "subscriptions": [{ "id": "00000000-0000-4000-8000-000000000002" }],
                "principals": [{ "name": "ada", "type": "User", "objectId": "00000000-0000-4000-8000-00000000000c" }] }],
            "resources": [
                { "id": "/subscriptions/00000000-0000-4000-8000-000000000002/providers/Microsoft.Authorization/denyAssignments/00000000-0000-4000-8000-00000000000a",
                  "body": { "properties": { "denyAssignmentName": "plain", "permissions": [{ "actions": ["Microsoft.DataFactory/*/delete"] }],
                    "denyAssignmentEffect": "Audit", "principals": [{ "id": "00000000-0000-4000-8000-00000000000c" }] } } },
                { "id": "/providers/Microsoft.Authorization/denyAssignments/00000000-0000-4000-8000-00000000000b",
                  "body": { "properties": { "denyAssignmentName": "stack", "description": "why", "isSystemProtected": true,
                    "doNotApplyToChildScopes": true, "condition": "@Resource[a:b] StringEquals 'c'",
                    "permissions": [{ "actions": ["*"], "notActions": ["*/read"], "condition": "@Resource[a:b] StringEquals 'c'" },
                        { "dataActions": ["a/b/c"], "notDataActions": ["a/b/d"] }],
                    "principals": [{ "id": "00000000-0000-0000-0000-000000000000" }],
                    "excludePrincipals": [{ "id": "00000000-0000-4000-8000-00000000000d", "type": "Group" }] } },
                  "state": { "createdBy": "00000000-0000-4000-8000-00000000000e" } } ] }"#;
        let read = |text: &str| world_file::read(&[WorldText { name: "file", text }], Timestamp::from_seconds(7)).unwrap().world;
        let first = read(text);
        assert_eq!((first.deny_assignments.len(), first.asks_for_the_time), (2, false));
        let until = "@Environment[UtcNow] DateTimeLessThan '2030-01-01T00:00:00Z'";
        assert!(read(&text.replacen("@Resource[a:b] StringEquals 'c'", until, 1)).asks_for_the_time);
        let written = world_file::export(&first, ClockEntry::default()).to_string();
        let second = read(&written);
        assert_eq!(world_file::export(&second, ClockEntry::default()).to_string(), written);
        let all = |world: &World| world.deny_assignments.values().map(|it| DenyAssignment::clone(it)).collect::<Vec<_>>();
        assert_eq!(all(&first), all(&second));
        assert!(all(&first).iter().any(|it| &*it.principals[0].principal_type == "SystemDefined"));
        assert!(all(&first).iter().any(|it| &*it.principals[0].principal_type == "User"));
    }
}
