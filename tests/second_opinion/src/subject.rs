//! The emulator's own decision: the world written as a world file, and the question asked of `require`.
//!
//! The only file here that knows the emulator.

use crate::chance::Chance;
use crate::condition::{ATTRIBUTES, Condition, Kind, Literal};
use crate::generate::{FIRST, SECOND};
use crate::model::{Holder, Permission, Question, World as Model};
use adf_emulator_core::action::Plane;
use adf_emulator_core::authorization::condition::{Attributes, Source, Value as AttributeValue};
use adf_emulator_core::authorization::evaluate::Question as Asked;
use adf_emulator_core::authorization::require;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use adf_emulator_core::world_file::{self, WorldText};
use serde_json::{Value, json};
use uuid::Uuid;

const AUTHORIZATION: &str = "providers/Microsoft.Authorization";

/// A world of the emulator.
pub struct Subject {
    world: World,
    scopes: Vec<ResourceId>,
}

/// Returns the world as the emulator has it.
pub fn of(model: &Model, chance: &mut Chance) -> Subject {
    let text = file(model, chance).to_string();
    let files = [WorldText { name: "second opinion", text: &text }];
    let world = world_file::read(&files, Timestamp::from_seconds(0)).unwrap_or_else(|problem| panic!("{problem:?}\n{text}")).world;
    let scopes = model.scopes.iter().map(|scope| ResourceId::parse(&chance.cased(&scope.path)).unwrap()).collect();
    Subject { world, scopes }
}

impl Subject {
    /// Returns whether the emulator allows it.
    pub fn allows(&self, asked: &Question) -> bool {
        let mut now = Timestamp::default();
        let mut attributes = Attributes::default();
        for (attribute, values) in ATTRIBUTES.iter().zip(&asked.attributes) {
            match (attribute.kind, values.first()) {
                (_, None) => {}
                (Kind::Time, Some(Literal::Time(seconds))) => now = Timestamp::from_seconds(*seconds),
                _ => {
                    let values = values.iter().map(value).collect();
                    attributes = attributes.with(Source::parse(attribute.source).unwrap(), attribute.name, values);
                }
            }
        }
        if let Some(name) = &asked.sub_operation {
            attributes = attributes.of_sub_operation(name);
        }
        let plane = if asked.is_data { Plane::Data } else { Plane::Control };
        let question = Asked::new(&asked.action, plane, now).with(&attributes);
        require::allows(&self.world, object_id(Holder::User(asked.user)), question, &self.scopes[asked.scope])
    }
}

fn value(literal: &Literal) -> AttributeValue {
    match literal {
        Literal::Text(text) => AttributeValue::Text(text.clone()),
        Literal::Number(number) => AttributeValue::Number(*number),
        Literal::Bool(truth) => AttributeValue::Bool(*truth),
        Literal::Guid(guid) => AttributeValue::Guid(Uuid::from_u128(*guid)),
        Literal::Time(seconds) => AttributeValue::DateTime(Timestamp::from_seconds(*seconds)),
    }
}

fn object_id(holder: Holder) -> Uuid {
    match holder {
        Holder::User(place) => Uuid::from_u128(0x1000 + place as u128),
        Holder::Group(place) => Uuid::from_u128(0x2000 + place as u128),
    }
}

fn role_id(place: usize) -> Uuid {
    Uuid::from_u128(0xb000_0000_0000_4000_8000_0000_0000_0000 + place as u128)
}

fn file(model: &Model, chance: &mut Chance) -> Value {
    let principal = |holder: Holder, kind: &str, members: &[Holder]| {
        let members: Vec<String> = members.iter().map(|it| object_id(*it).to_string()).collect();
        let members = (kind == "Group").then_some(members);
        json!({ "name": object_id(holder).to_string(), "type": kind, "objectId": object_id(holder), "members": members })
    };
    let users = (0..model.users).map(|place| principal(Holder::User(place), "User", &[]));
    let groups = model.groups.iter().enumerate().map(|(place, members)| principal(Holder::Group(place), "Group", members));
    let mut principals: Vec<Value> = users.chain(groups).collect();
    for principal in &mut principals {
        principal.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    }
    let id = |subscription: &str| subscription.rsplit('/').next().unwrap().to_owned();
    let resource_groups = [FIRST, SECOND].into_iter().flat_map(|subscription| {
        ["rg1", "rg10"].map(|name| json!({ "id": format!("{subscription}/resourceGroups/{name}"), "body": { "location": "eastus" } }))
    });
    let mut resources: Vec<Value> = resource_groups.collect();
    for (place, role) in model.roles.iter().enumerate() {
        let permissions: Vec<Value> = role.iter().map(|it| permission(it, chance)).collect();
        resources.push(json!({ "id": format!("{FIRST}/{AUTHORIZATION}/roleDefinitions/{}", role_id(place)),
            "body": { "properties": { "roleName": format!("role {place}"), "permissions": permissions, "assignableScopes": [FIRST] } } }));
    }
    resources.extend(denies(model, chance));
    let assignments: Vec<Value> = model
        .assignments
        .iter()
        .map(|it| {
            let mut entry =
                json!({ "principal": object_id(it.holder), "role": role_id(it.role), "scope": chance.cased(&model.scopes[it.scope].path) });
            if let Some(condition) = &it.condition {
                entry["condition"] = condition.text(chance).into();
            }
            entry
        })
        .collect();
    json!({
        "tenants": [{
            "id": Uuid::from_u128(0x11),
            "principals": principals,
            "managementGroups": [
                { "name": "upper", "subscriptions": [id(SECOND)] },
                { "name": "lower", "parent": "upper", "subscriptions": [id(FIRST)] },
            ],
            "subscriptions": [{ "id": id(FIRST) }, { "id": id(SECOND) }],
        }],
        "resources": resources,
        "roleAssignments": assignments,
    })
}

fn permission(it: &Permission, chance: &mut Chance) -> Value {
    let text = it.condition.as_ref().map(|condition: &Condition| condition.text(chance));
    let mut value = json!({ "actions": it.actions, "notActions": it.not_actions, "dataActions": it.data_actions,
        "notDataActions": it.not_data_actions });
    if let Some(text) = text {
        value["condition"] = text.into();
    }
    value
}

/// Deny assignments as a deployment stack makes them: those of callers have fewer freedoms.
fn denies(model: &Model, chance: &mut Chance) -> Vec<Value> {
    let everyone = json!([{ "id": Uuid::nil(), "type": "SystemDefined" }]);
    let holders = |all: &[Holder]| -> Vec<Value> { all.iter().map(|it| json!({ "id": object_id(*it) })).collect() };
    let one = |(place, deny): (usize, &crate::model::Deny)| {
        let principals = if deny.principals.is_empty() { everyone.clone() } else { holders(&deny.principals).into() };
        let scope = chance.cased(&model.scopes[deny.scope].path);
        let name = Uuid::from_u128(0xd000_0000_0000_4000_8000_0000_0000_0000 + place as u128);
        json!({ "id": format!("{}/{AUTHORIZATION}/denyAssignments/{name}", scope.trim_end_matches('/')),
            "body": { "properties": { "denyAssignmentName": format!("deny {place}"), "isSystemProtected": true,
                "permissions": [permission(&deny.permission, chance)], "principals": principals,
                "excludePrincipals": holders(&deny.excluded), "doNotApplyToChildScopes": deny.own_scope_only } } })
    };
    model.denies.iter().enumerate().map(one).collect()
}
