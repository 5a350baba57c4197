//! The settings of a tenant's hierarchy of management groups, which hang on its root group.
//!
//! Where new and removed subscriptions go is honoured. That groups are made by those alone who may write is how the
//! emulator always does it; the setting is kept and shown.
//! Follows <https://learn.microsoft.com/azure/governance/management-groups/how-to/protect-resource-hierarchy>.

use super::{ManagementGroups, get, id_of, is_root_group, tenant_with};
use crate::authorization::scope;
use crate::directory::tenant::Tenant;
use crate::fault::Fault;
use crate::members;
use crate::resource_id::ResourceId;
use crate::rules::management_groups as rules;
use crate::seed_state::SeedState;
use crate::world::{Document, Kind, Seed, World};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The type of hierarchy settings.
pub const TYPE: &str = "Microsoft.Management/managementGroups/settings";

/// What a world file needs to know. The settings go with their tenant.
pub static KIND: Kind = Kind { resource_type: TYPE, seed, export, remove_at_and_below: |_, _| {}, tracked: |_, _| Vec::new() };

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct HierarchySettings {
    /// The name of the group into which new and removed subscriptions go; none is the root group.
    pub default_management_group: Option<Arc<str>>,
    /// Whether making a group needs a right.
    pub require_authorization_for_group_creation: Option<bool>,
}

/// Returns the settings of the tenant's hierarchy, whose root group is `name`.
///
/// # Errors
/// `management-group-exists`, `hierarchy-settings-exist`.
pub fn get_of(world: &World, tenant: Uuid, name: &str) -> Result<HierarchySettings, Fault> {
    let settings = root_group(world, tenant, name)?.management_groups.settings.clone();
    settings.ok_or_else(|| rules::settings_not_found(name))
}

/// Replaces the settings by those of the body.
///
/// # Errors
/// `management-group-exists`, `hierarchy-settings-are-the-root-groups`, `content-is-valid`.
pub fn put(world: &mut World, tenant: Uuid, name: &str, body: &Document) -> Result<HierarchySettings, Fault> {
    lay_over(world, tenant, name, body, HierarchySettings::default())
}

/// Changes those of the settings that the body has.
///
/// # Errors
/// As `put`.
pub fn merge(world: &mut World, tenant: Uuid, name: &str, body: &Document) -> Result<HierarchySettings, Fault> {
    let before = root_group(world, tenant, name)?.management_groups.settings.clone().unwrap_or_default();
    lay_over(world, tenant, name, body, before)
}

fn lay_over(world: &mut World, tenant: Uuid, name: &str, body: &Document, before: HierarchySettings) -> Result<HierarchySettings, Fault> {
    let tenant = root_group(world, tenant, name)?.clone();
    let nothing = Document::new();
    let properties = members::object(body, "properties")?.unwrap_or(&nothing);
    let default = match members::text(properties, "defaultManagementGroup")? {
        Some(text) => Some(get(world, tenant.id, text.rsplit('/').next().unwrap_or_default())?.name),
        None => before.default_management_group,
    };
    let required = members::flag(properties, "requireAuthorizationForGroupCreation")?;
    let settings = HierarchySettings {
        default_management_group: default,
        require_authorization_for_group_creation: required.or(before.require_authorization_for_group_creation),
    };
    store(world, &tenant, Some(settings.clone()));
    Ok(settings)
}

/// Takes the settings away.
///
/// # Errors
/// As `get_of`.
pub fn delete(world: &mut World, tenant: Uuid, name: &str) -> Result<(), Fault> {
    get_of(world, tenant, name)?;
    let tenant = root_group(world, tenant, name)?.clone();
    store(world, &tenant, None);
    Ok(())
}

fn root_group<'a>(world: &'a World, tenant: Uuid, name: &str) -> Result<&'a Arc<Tenant>, Fault> {
    let tenant = tenant_with(world, tenant, name).ok_or_else(|| rules::management_group_not_found(name))?;
    if is_root_group(tenant, name) { Ok(tenant) } else { Err(rules::settings_are_the_root_groups(name)) }
}

fn store(world: &mut World, tenant: &Tenant, settings: Option<HierarchySettings>) {
    let mut groups = ManagementGroups::clone(&tenant.management_groups);
    groups.settings = settings;
    world.directory.set_management_groups(tenant.id, groups);
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let root = id.parent().unwrap_or_else(ResourceId::root);
    let tenant = scope::tenant_meant(world, &root, None).unwrap_or_default();
    put(world, tenant, root.name(), body)?;
    SeedState::new(state).finish()
}

fn export(world: &World) -> Vec<Seed> {
    let of_tenant = |tenant: &Arc<Tenant>| {
        let settings = tenant.management_groups.settings.as_ref()?;
        let id = id_of(&tenant.id.to_string()).child("settings", "default");
        Some(Seed { id, body: body(settings), state: Document::new() })
    };
    world.directory.tenants().filter_map(of_tenant).collect()
}

fn body(it: &HierarchySettings) -> Document {
    let group = it.default_management_group.as_deref().map(|name| id_of(name).to_string());
    let properties =
        json!({ "defaultManagementGroup": group, "requireAuthorizationForGroupCreation": it.require_authorization_for_group_creation });
    let Value::Object(mut body) = json!({ "properties": properties }) else { return Document::new() };
    crate::world::drop_nulls(&mut body);
    body
}
