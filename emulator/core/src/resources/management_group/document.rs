//! Management groups in world files: entries of a tenant, each with its parent and its subscriptions.
//!
//! Groups of a file may name each other in any order, so they are checked when all are there.

use super::{ManagementGroup, ManagementGroups, is_root_group};
use crate::directory::tenant::Tenant;
use crate::fault::Fault;
use crate::rules::management_groups as rules;
use crate::seed_state::SeedState;
use crate::world::{Document, World};
use serde_json::{Value, json};
use uuid::Uuid;

/// A mistake in an entry: its place in the list, the member, and what is wrong.
pub(super) type Mistake = (usize, &'static str, String);

/// Adds the groups of a world file's tenant.
///
/// # Errors
/// The first entry that cannot be read, or names what is not there.
pub fn seed(world: &mut World, tenant_id: Uuid, entries: &[Document]) -> Result<(), Mistake> {
    let Some(tenant) = world.directory.tenant(tenant_id).cloned() else { return Ok(()) };
    let mut groups = ManagementGroups::default();
    for (place, entry) in entries.iter().enumerate() {
        let group = group(entry).map_err(|(member, problem)| (place, member, problem))?;
        if groups.get(&group.name).is_some() {
            return Err((place, "name", format!("the management group '{}' is there twice; merge the two entries", group.name)));
        }
        if rules::name_has_its_shape(&group.name).is_err() {
            return Err((place, "name", format!("'{}' is no name of a management group", group.name)));
        }
        for text in texts(entry, "subscriptions").map_err(|problem| (place, "subscriptions", problem))? {
            let known = world.subscription(text).filter(|it| it.tenant_id == tenant.id);
            let known =
                known.ok_or_else(|| (place, "subscriptions", format!("there is no subscription '{text}' in the tenant; add it")))?;
            if groups.of_subscription(known.id).is_some() {
                return Err((place, "subscriptions", format!("the subscription '{text}' is in two groups; take it out of one")));
            }
            groups.place(known.id, Some(&*group.name).filter(|name| !is_root_group(&tenant, name)));
        }
        groups.insert(group);
    }
    for (place, entry) in entries.iter().enumerate() {
        let Some(name) = entry.get("name").and_then(Value::as_str) else { continue };
        check_parent(&groups, &tenant, name).map_err(|problem| (place, "parent", problem))?;
    }
    world.directory.set_management_groups(tenant.id, groups);
    Ok(())
}

fn check_parent(groups: &ManagementGroups, tenant: &Tenant, name: &str) -> Result<(), String> {
    let parent = groups.get(name).and_then(|group| group.parent.clone());
    match parent {
        Some(up) if groups.get(&up).is_none() => Err(format!("there is no management group '{up}'; add it, or leave the parent out")),
        Some(_) if is_root_group(tenant, name) => Err("the root group has no parent".to_owned()),
        _ if groups.at_and_above(name).last().is_some_and(|top| top.parent.is_some()) => {
            Err(format!("the management group '{name}' is more than {} levels below the root group, or below itself", rules::DEPTH_MAX))
        }
        _ => Ok(()),
    }
}

fn group(entry: &Document) -> Result<ManagementGroup, (&'static str, String)> {
    const KNOWN: [&str; 5] = ["name", "displayName", "parent", "subscriptions", "state"];
    if let Some(unknown) = entry.keys().find(|key| !KNOWN.contains(&key.as_str())) {
        return Err(("", format!("unknown field `{unknown}`, expected one of {}", KNOWN.join(", "))));
    }
    let text = |member: &'static str| match entry.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err((member, "give a text".to_owned())),
    };
    let name = text("name")?.ok_or_else(|| ("name", "a management group needs a name".to_owned()))?;
    let group = ManagementGroup::new(name, text("displayName")?, text("parent")?);
    let state = match entry.get("state") {
        None => return Ok(group),
        Some(Value::Object(state)) => state,
        Some(_) => return Err(("state", "give an object".to_owned())),
    };
    changed(group, state).map_err(|problem| ("state", problem.message()))
}

/// Lays what the server made of a group over it.
fn changed(group: ManagementGroup, state: &Document) -> Result<ManagementGroup, Fault> {
    let mut state = SeedState::new(state);
    let changed = ManagementGroup {
        version: state.count("version")?.unwrap_or(group.version),
        updated_time: state.time("updatedTime")?,
        updated_by: state.guid("updatedBy")?,
        ..group
    };
    state.finish()?;
    Ok(changed)
}

fn texts<'a>(entry: &'a Document, member: &str) -> Result<Vec<&'a str>, String> {
    match entry.get(member) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(|it| it.as_str().ok_or_else(|| "give a list of texts".to_owned())).collect(),
        Some(_) => Err("give a list of texts".to_owned()),
    }
}

/// Remembers what version a group of a tenant had that is gone.
pub fn remember_deleted(world: &mut World, tenant_id: Uuid, name: &str, version: u64) {
    let Some(tenant) = world.directory.tenant(tenant_id) else { return };
    let mut groups = ManagementGroups::clone(&tenant.management_groups);
    groups.remember(name, version);
    world.directory.set_management_groups(tenant_id, groups);
}

/// Returns a tenant's groups as entries of a world file, each with its `state`.
pub fn entries(tenant: &Tenant) -> Vec<(Document, Document)> {
    let entry = |group: &ManagementGroup| {
        let subscriptions: Vec<Uuid> = tenant.management_groups.subscriptions_of(&group.name).collect();
        let body = json!({ "name": &*group.name, "displayName": &*group.display_name, "parent": group.parent.as_deref(),
            "subscriptions": subscriptions });
        let state = json!({ "version": (group.version != 1).then_some(group.version),
            "updatedTime": group.updated_time.map(|time| time.to_string()), "updatedBy": group.updated_by });
        (object(body, &["name", "displayName"]), object(state, &[]))
    };
    tenant.management_groups.iter().map(|group| entry(group)).collect()
}

/// Leaves out what is null or an empty list.
fn object(value: Value, kept: &[&str]) -> Document {
    let Value::Object(mut document) = value else { return Document::new() };
    let is_empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    document.retain(|name, value| kept.contains(&name.as_str()) || !is_empty(value));
    document
}
