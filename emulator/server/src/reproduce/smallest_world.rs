//! The smallest world in which a case happens: of the built-in world, what the case's requests name, and what the case
//! adds.
//!
//! So a case need not say what it stands on, and what is shown has nothing that does not matter.

use serde_json::{Map, Value};

use adf_emulator_core::world_file;

use super::case::Case;

/// Returns the world file of the case's world.
pub fn of(case: &Case) -> Value {
    let mut world: Value = serde_json::from_str(world_file::built_in().text).unwrap_or_default();
    let named = named_by(case);
    let is_named = |text: &str| !text.is_empty() && named.contains(&text.to_lowercase());
    keep(&mut world, "tenants", |tenant| is_first(tenant) || text(tenant, "id").is_some_and(is_named) || holds_named(tenant, &is_named));
    let mut kept: Vec<String> = Vec::new();
    for tenant in list_mut(&mut world, "tenants") {
        keep(tenant, "principals", |principal| is_principal_named(principal, &named));
        let names = list_mut(tenant, "principals").filter_map(|it| text(it, "name").map(str::to_owned));
        kept.extend(names);
        tenant.as_object_mut().map(|tenant| tenant.shift_remove("managementGroups"));
    }
    keep(&mut world, "resources", |resource| is_resource_named(resource, &named));
    kept.extend(list_mut(&mut world, "resources").filter_map(|it| text(it, "id").map(str::to_owned)));
    keep(&mut world, "roleAssignments", |it| text(it, "principal").is_some_and(|principal| kept.iter().any(|it| it == principal)));
    world.as_object_mut().map(|world| world.shift_remove("settings"));
    merge(&mut world, &case.world);
    world
}

/// Returns all that the case's requests and its own part of the world say, in lower case; callers stand between bars.
fn named_by(case: &Case) -> String {
    let mut named = case.world.to_string();
    for step in case.steps() {
        let headers = step.headers.iter().map(|(_, value)| value.as_str());
        named.extend(["|", step.caller, "|", &step.path, "\n", &step.body, "\n"].into_iter().chain(headers));
    }
    named.to_lowercase()
}

/// The tenant in which nearly everything happens.
fn is_first(tenant: &Value) -> bool {
    text(tenant, "displayName") == Some("Contoso")
}

fn holds_named(tenant: &Value, is_named: &impl Fn(&str) -> bool) -> bool {
    let subscriptions = tenant.get("subscriptions").and_then(Value::as_array);
    subscriptions.into_iter().flatten().any(|it| text(it, "id").is_some_and(is_named))
}

/// A caller, or somebody whom a request names by an id; a guest's home is then a matter of the guest alone.
fn is_principal_named(principal: &Value, named: &str) -> bool {
    let says = |name: &str| named.contains(&format!("|{name}|")) || named.contains(&format!("\"principal\":\"{name}\""));
    let is_caller = text(principal, "name").is_some_and(says);
    is_caller || ["objectId", "appId"].iter().any(|id| text(principal, id).is_some_and(|id| named.contains(id)))
}

/// A group or a resource in one that a request names by its name.
fn is_resource_named(resource: &Value, named: &str) -> bool {
    let name = text(resource, "id").and_then(|id| id.rsplit('/').next());
    name.is_some_and(|name| named.contains(&name.to_lowercase()))
}

/// Adds `extra` to `base`: members to objects, entries to lists; an entry with the id of another adds to that one.
fn merge(base: &mut Value, extra: &Value) {
    match (base, extra) {
        (Value::Object(base), Value::Object(extra)) => {
            for (name, value) in extra {
                merge(base.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(base), Value::Array(extra)) => {
            let there = base.len();
            for entry in extra {
                let same = base.iter_mut().take(there).find(|it| entry.get("id").is_some() && it.get("id") == entry.get("id"));
                match same {
                    Some(same) => merge(same, entry),
                    None => base.push(entry.clone()),
                }
            }
        }
        (_, Value::Null) => {}
        (base, extra) => *base = extra.clone(),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str)
}

fn list_mut<'a>(value: &'a mut Value, name: &str) -> impl Iterator<Item = &'a mut Value> {
    value.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten()
}

fn keep(value: &mut Value, name: &str, is_kept: impl Fn(&Value) -> bool) {
    let Some(object) = value.as_object_mut() else { return };
    if let Some(list) = object.get_mut(name).and_then(Value::as_array_mut) {
        list.retain(|entry| is_kept(entry));
    }
    drop_if_empty(object, name);
}

fn drop_if_empty(object: &mut Map<String, Value>, name: &str) {
    if object.get(name).and_then(Value::as_array).is_some_and(Vec::is_empty) {
        object.shift_remove(name);
    }
}
