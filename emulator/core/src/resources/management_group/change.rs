//! What changes the tree: groups are made, renamed, moved and deleted, subscriptions are moved between groups.
//!
//! A group is there as soon as it is asked for; its operation ends when `operationDuration` is over. A deletion happens
//! at the end of its operation. Moving needs rights at both ends, but for the root group.
//! Follows <https://learn.microsoft.com/azure/governance/management-groups/manage>.

use super::moving;
use super::{ManagementGroup, ManagementGroups, Shown, children, get, id_of, is_root_group, subscriptions, tenant_with};
use crate::authorization::{self, require, scope};
use crate::directory::tenant::Tenant;
use crate::fault::Fault;
use crate::members;
use crate::resource_id::ResourceId;
use crate::resources::operation::{self, Effect};
use crate::resources::subscription::Subscription;
use crate::rules::arm::invalid_request_content;
use crate::rules::management_groups as rules;
use crate::world::{Document, World};
use std::sync::Arc;
use uuid::Uuid;

/// The action that a group above must allow to whoever moves something into it or out of it.
const WRITE: &str = "Microsoft.Management/managementGroups/write";

/// What a PUT or PATCH asks for.
#[derive(Clone, Debug, Default)]
pub struct ManagementGroupParameters {
    /// What portals show.
    pub display_name: Option<String>,
    /// The name of the group above.
    pub parent: Option<String>,
}

impl ManagementGroupParameters {
    /// Reads the body of a PUT: `properties` with `displayName` and `details.parent.id`.
    ///
    /// # Errors
    /// `content-is-valid`.
    pub fn of_put(body: &Document) -> Result<Self, Fault> {
        let nothing = Document::new();
        let object = |of, name: &str| Ok::<_, Fault>(members::object(of, name)?.unwrap_or(&nothing));
        let properties = object(body, "properties")?;
        let parent = object(object(properties, "details")?, "parent")?;
        Ok(Self { display_name: members::filled_text(properties, "displayName")?, parent: parent_in(parent, "id")? })
    }

    /// Reads the body of a PATCH: `displayName` and `parentGroupId`, in older clients `parentId`.
    ///
    /// # Errors
    /// `content-is-valid`.
    pub fn of_patch(body: &Document) -> Result<Self, Fault> {
        let (newer, older) = (parent_in(body, "parentGroupId")?, parent_in(body, "parentId")?);
        Ok(Self { display_name: members::filled_text(body, "displayName")?, parent: newer.or(older) })
    }
}

/// A parent is named by its id, or by its name alone.
fn parent_in(of: &Document, member: &str) -> Result<Option<String>, Fault> {
    match members::filled_text(of, member)? {
        Some(text) if text.contains('/') => {
            let group = ResourceId::parse(&text).filter(|id| scope::group_of(id.key()).is_some());
            let wrong = || invalid_request_content(&format!("The property '{member}' has to be the id of a management group."));
            group.map(|id| Some(id.name().to_owned())).ok_or_else(wrong)
        }
        name => Ok(name),
    }
}

/// The tenant in whose directory a caller acts.
fn tenant_of(world: &World, caller: Uuid) -> Uuid {
    world.directory.tenant_of(caller).unwrap_or_default()
}

/// Makes a group, or changes the one of that name; returns whether it is new.
///
/// # Errors
/// The rules of `rules/management_groups.rs`; `Fault::Forbidden` where a group above may not be changed.
pub fn create_or_update(world: &mut World, name: &str, asked: &ManagementGroupParameters, caller: Uuid) -> Result<(Shown, bool), Fault> {
    let tenant_id = tenant_of(world, caller);
    if tenant_with(world, tenant_id, name).is_some() {
        return update(world, name, asked, caller).map(|group| (group, false));
    }
    rules::name_has_its_shape(name)?;
    let tenant = world.directory.tenant(tenant_id).ok_or_else(|| rules::management_group_not_found(name))?.clone();
    let parent = asked.parent.as_deref().map(|parent| parent_of(world, &tenant, parent)).transpose()?.flatten();
    let mut groups = ManagementGroups::clone(&tenant.management_groups);
    rules::one_more_group_fits(groups.len())?;
    rules::fits_the_depth(parent.as_deref().map_or(0, |parent| groups.at_and_above(parent).count()) + 1, name)?;
    require_at(world, caller, &tenant, parent.as_deref())?;
    let made = ManagementGroup::new(name, asked.display_name.as_deref(), parent.as_deref());
    let version = groups.last_version(name) + 1;
    groups.insert(ManagementGroup { version, updated_time: Some(world.now), updated_by: Some(caller), ..made });
    world.directory.set_management_groups(tenant_id, groups);
    operation::start(world, caller, &id_of(name), Effect::CreateManagementGroup);
    get(world, tenant_id, name).map(|group| (group, true))
}

/// Renames or moves a group.
///
/// # Errors
/// As `create_or_update`, and `management-group-exists`.
pub fn update(world: &mut World, name: &str, asked: &ManagementGroupParameters, caller: Uuid) -> Result<Shown, Fault> {
    let tenant = tenant_with(world, tenant_of(world, caller), name).ok_or_else(|| rules::management_group_not_found(name))?.clone();
    let mut groups = ManagementGroups::clone(&tenant.management_groups);
    let before = match groups.get(name) {
        Some(group) => ManagementGroup::clone(group),
        None => ManagementGroup::new(&tenant.id.to_string(), Some(&get(world, tenant.id, name)?.display_name), None),
    };
    let mut changed = before.clone();
    if let Some(display_name) = &asked.display_name {
        changed.display_name = display_name.as_str().into();
    }
    if let Some(parent) = &asked.parent {
        rules::root_group_stays(!is_root_group(&tenant, name))?;
        changed.parent = parent_of(world, &tenant, parent)?;
        let above = changed.parent.as_deref().map(|parent| groups.at_and_above(parent).collect::<Vec<_>>()).unwrap_or_default();
        rules::is_not_below_itself(above.iter().any(|it| it.is_named(name)), name)?;
        rules::fits_the_depth(above.len() + 1 + groups.levels_below(name), name)?;
        if changed.parent != before.parent {
            moving::gives_access(world, &id_of(name), caller)?;
            require_at(world, caller, &tenant, before.parent.as_deref())?;
            require_at(world, caller, &tenant, changed.parent.as_deref())?;
        }
    }
    // Recorded: what changes nothing leaves version and time as they were.
    if changed != before {
        let version = before.version.saturating_add(1);
        groups.insert(ManagementGroup { version, updated_time: Some(world.now), updated_by: Some(caller), ..changed });
        let mut after = world.clone();
        after.directory.set_management_groups(tenant.id, groups);
        moving::keeps_custom_roles(world, &after, tenant.id)?;
        *world = after;
    }
    get(world, tenant.id, name)
}

/// Starts the deletion of a group, unless one is under way; returns whether there was a group.
///
/// # Errors
/// `management-group-is-empty`, `root-management-group-stays`.
pub fn delete(world: &mut World, name: &str, caller: Uuid) -> Result<Option<Shown>, Fault> {
    let Ok(group) = get(world, tenant_of(world, caller), name) else { return Ok(None) };
    rules::root_group_stays(!group.above.is_empty())?;
    rules::is_empty(children(world, &group).is_empty() && subscriptions(world, &group).next().is_none(), &group.name)?;
    let id = id_of(&group.name);
    // A second deletion would outlive the first, and take away a group that was made anew in between.
    if operation::under_way(world, group.tenant_id, &id, Effect::DeleteManagementGroup).is_none() {
        operation::start(world, caller, &id, Effect::DeleteManagementGroup);
    }
    Ok(Some(group))
}

/// Ends the deletion of a tenant's group, and of what is assigned at it. A group that got children meanwhile stays; returns
/// whether it is gone.
pub fn finish_deletion(world: &mut World, tenant: Uuid, name: &str) -> bool {
    let Some(tenant) = tenant_with(world, tenant, name).cloned() else { return true };
    let is_empty = |group: &Shown| children(world, group).is_empty() && subscriptions(world, group).next().is_none();
    if !get(world, tenant.id, name).is_ok_and(|group| is_empty(&group)) {
        return false;
    }
    let mut groups = ManagementGroups::clone(&tenant.management_groups);
    groups.remove(name);
    if let Some(settings) = &mut groups.settings {
        settings.default_management_group.take_if(|default| default.eq_ignore_ascii_case(name));
    }
    world.directory.set_management_groups(tenant.id, groups);
    authorization::leave_management_group(world, tenant.id, &id_of(name));
    true
}

/// Moves a subscription into a group; returns group and subscription.
///
/// # Errors
/// `management-group-exists`, `subscription-exists`, `moving-a-subscription-needs-permission`, `Fault::Forbidden`.
pub fn add_subscription(world: &mut World, name: &str, id: &str, caller: Uuid) -> Result<(Shown, Arc<Subscription>), Fault> {
    let tenant = tenant_of(world, caller);
    let (group, subscription) = (get(world, tenant, name)?, subscription_of(world, tenant, id)?);
    let tenant = world.directory.tenant(tenant).ok_or_else(|| rules::management_group_not_found(name))?.clone();
    move_subscription(world, &tenant, &subscription, Some(&group.name).filter(|name| !is_root_group(&tenant, name)).cloned(), caller)?;
    Ok((group, subscription))
}

/// Takes a subscription out of a group, into the default group; returns whether it was there.
///
/// # Errors
/// As `add_subscription`.
pub fn remove_subscription(world: &mut World, name: &str, id: &str, caller: Uuid) -> Result<bool, Fault> {
    let tenant = tenant_of(world, caller);
    let (group, subscription) = (get(world, tenant, name)?, subscription_of(world, tenant, id)?);
    if !subscriptions(world, &group).any(|it| it.id == subscription.id) {
        return Ok(false);
    }
    let tenant = world.directory.tenant(tenant).ok_or_else(|| rules::management_group_not_found(name))?.clone();
    let default = tenant.management_groups.settings.as_ref().and_then(|it| it.default_management_group.clone());
    move_subscription(world, &tenant, &subscription, default.filter(|name| !is_root_group(&tenant, name)), caller)?;
    Ok(true)
}

fn move_subscription(
    world: &mut World,
    tenant: &Tenant,
    subscription: &Subscription,
    to: Option<Arc<str>>,
    caller: Uuid,
) -> Result<(), Fault> {
    let from = tenant.management_groups.of_subscription(subscription.id).map(|group| group.name.clone());
    moving::gives_access(world, &subscription.scope(), caller)?;
    if from != to {
        require_at(world, caller, tenant, from.as_deref())?;
        require_at(world, caller, tenant, to.as_deref())?;
    }
    let mut groups = ManagementGroups::clone(&tenant.management_groups);
    groups.place(subscription.id, to.as_deref());
    let mut after = world.clone();
    after.directory.set_management_groups(tenant.id, groups);
    // No right is needed to put something below the root group.
    if from != to && to.is_some() {
        moving::keeps_its_owner(&after, &subscription.scope(), caller)?;
    }
    moving::keeps_custom_roles(world, &after, tenant.id)?;
    *world = after;
    Ok(())
}

fn subscription_of(world: &World, tenant: Uuid, id: &str) -> Result<Arc<Subscription>, Fault> {
    let found = world.subscription(id).filter(|it| it.tenant_id == tenant);
    found.cloned().ok_or_else(|| crate::rules::arm::subscription_not_found(id))
}

/// Returns the parent of that name as it is spelled; none for the root group.
fn parent_of(world: &World, tenant: &Tenant, name: &str) -> Result<Option<Arc<str>>, Fault> {
    let parent = get(world, tenant.id, name)?;
    Ok((!is_root_group(tenant, name)).then_some(parent.name))
}

/// Whoever changes what is below a group must be allowed to write it, but for the root group.
fn require_at(world: &World, caller: Uuid, tenant: &Tenant, group: Option<&str>) -> Result<(), Fault> {
    match group.filter(|name| !is_root_group(tenant, name)) {
        Some(name) => require::require(world, caller, WRITE, &id_of(name)),
        None => Ok(()),
    }
}
