//! Resource groups: put, patch, delete with everything below.
//!
//! Never another kind's table: what lies below is taken away through `world::KINDS`.
//! Follows <https://learn.microsoft.com/rest/api/resources/resource-groups> and `arm-wire` section 2.

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::operation::{self, Effect};
use crate::resources::{definition, location, tags};
use crate::rules::arm;
use crate::seed_state::SeedState;
use crate::timestamp::Timestamp;
use crate::world::{Document, Kind, RESOURCE_GROUPS, Seed, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// What a world file and a deletion need to know of resource groups.
pub static KIND: Kind = Kind { resource_type: RESOURCE_GROUPS, seed, export, remove_at_and_below, tracked: |_, _| Vec::new() };

/// A resource group.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceGroup {
    /// The id, with the name as it was written at creation.
    pub id: ResourceId,
    /// The normalised location.
    pub location: Arc<str>,
    /// Tags, when the last PUT or PATCH of them sent any; an empty set is kept.
    pub tags: Option<Document>,
    /// Who manages it, when sent at creation.
    pub managed_by: Option<Arc<str>>,
    /// Whether a deletion is under way.
    pub deleting: bool,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it was last changed.
    pub changed_on: Timestamp,
}

impl ResourceGroup {
    /// Returns the `provisioningState`.
    pub const fn provisioning_state(&self) -> &'static str {
        if self.deleting { "Deleting" } else { "Succeeded" }
    }
}

/// Returns the group that `id` is or lies in.
///
/// # Errors
/// `ResourceGroupNotFound` with the name as `id` has it.
pub fn get<'a>(world: &'a World, id: &ResourceId) -> Result<&'a Arc<ResourceGroup>, Fault> {
    let found = id.resource_group_key().and_then(|key| world.resource_groups.get(key));
    found.ok_or_else(|| arm::resource_group_not_found(id.resource_group().unwrap_or_default()))
}

/// Returns the groups of a subscription by name.
pub fn list<'a>(world: &'a World, subscription: &ResourceId) -> impl Iterator<Item = &'a Arc<ResourceGroup>> {
    world.resource_groups.below(subscription.key()).map(|(_, group)| group)
}

/// Creates a group, or replaces the tags of one. Returns it, and whether it is new.
///
/// # Errors
/// `InvalidRequestContent`, `InvalidResourceGroup`, `LocationRequired`, `LocationNotAvailableForResourceGroup`,
/// `InvalidResourceGroupLocation`, `ResourceGroupBeingDeleted`, the limits of tags.
pub fn create_or_update(world: &mut World, id: &ResourceId, body: &Document) -> Result<(Arc<ResourceGroup>, bool), Fault> {
    definition::resource_group_has_known_members(body)?;
    let sent = location::required_in(body)?;
    let (tags, managed_by) = (tags::sent_in(body)?, definition::text(body, "managedBy")?);
    if let Some(existing) = world.resource_groups.get(&**id.key()).cloned() {
        may_be_written(&existing)?;
        is_kept(&existing, Some(sent), managed_by)?;
        let group = ResourceGroup { tags, changed_on: world.now, ..ResourceGroup::clone(&existing) };
        return Ok((save(world, group), false));
    }
    arm::resource_group_name_has_its_shape(id.name())?;
    let location = location::for_group(sent)?.name.into();
    let (created_on, managed_by) = (world.now, managed_by.map(Into::into));
    let group = ResourceGroup { id: canonical(id), location, tags, managed_by, deleting: false, created_on, changed_on: created_on };
    Ok((save(world, group), true))
}

/// Replaces the tags of a group, if the body has any.
///
/// # Errors
/// As `create_or_update`; `ResourceGroupNotFound`.
pub fn update(world: &mut World, id: &ResourceId, body: &Document) -> Result<Arc<ResourceGroup>, Fault> {
    let existing = get(world, id)?.clone();
    definition::resource_group_has_known_members(body)?;
    may_be_written(&existing)?;
    is_kept(&existing, location::sent_in(body)?, definition::text(body, "managedBy")?)?;
    let tags = tags::sent_in(body)?.or_else(|| existing.tags.clone());
    Ok(save(world, ResourceGroup { tags, changed_on: world.now, ..ResourceGroup::clone(&existing) }))
}

fn may_be_written(group: &ResourceGroup) -> Result<(), Fault> {
    if group.deleting { Err(arm::group_being_deleted(group.id.name())) } else { Ok(()) }
}

fn is_kept(group: &ResourceGroup, location: Option<&str>, managed_by: Option<&str>) -> Result<(), Fault> {
    if let Some(sent) = location.filter(|sent| location::normalised(sent) != *group.location) {
        return Err(arm::group_location_changed(sent, &group.location));
    }
    if managed_by.is_some_and(|sent| group.managed_by.as_deref() != Some(sent)) {
        return Err(arm::group_manager_changed(group.id.name()));
    }
    Ok(())
}

/// Returns the id as the front door prints it: its own segments, the name as written.
fn canonical(id: &ResourceId) -> ResourceId {
    id.resource_group_scope().unwrap_or_else(|| id.clone())
}

fn save(world: &mut World, group: ResourceGroup) -> Arc<ResourceGroup> {
    let group = Arc::new(group);
    world.resource_groups.insert(group.id.key().clone(), group.clone());
    group
}

/// Starts the deletion of a group, or finds the one that is under way; returns the operation's id.
///
/// # Errors
/// `ResourceGroupNotFound`.
pub fn delete(world: &mut World, id: &ResourceId, caller: Uuid) -> Result<Uuid, Fault> {
    let existing = get(world, id)?.clone();
    // A second deletion would outlive the first, and take away a group that was made anew in between.
    let tenant = operation::tenant_of(world, caller, &existing.id);
    if let Some(under_way) = operation::under_way(world, tenant, &existing.id, Effect::DeleteResourceGroup) {
        return Ok(under_way);
    }
    let group = save(world, ResourceGroup { deleting: true, ..ResourceGroup::clone(&existing) });
    Ok(operation::start(world, caller, &group.id, Effect::DeleteResourceGroup))
}

/// Takes the group and all below it away; what a deletion does at its end.
pub fn finish_deletion(world: &mut World, id: &ResourceId) {
    world.remove_at_and_below(id);
}

fn seed(world: &mut World, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Fault> {
    let known = id.subscription().and_then(|subscription| world.subscription(subscription));
    known.ok_or_else(|| arm::subscription_not_found(id.subscription().unwrap_or_default()))?;
    let mut group = ResourceGroup::clone(&*create_or_update(world, id, body)?.0);
    let mut state = SeedState::new(state);
    group.created_on = state.time("createdTime")?.unwrap_or(group.created_on);
    group.changed_on = state.time("changedTime")?.unwrap_or(group.changed_on);
    group.deleting = state.flag("deleting")?.unwrap_or(false);
    state.finish()?;
    save(world, group);
    Ok(())
}

fn export(world: &World) -> Vec<Seed> {
    world.resource_groups.values().map(|group| export_one(group)).collect()
}

fn export_one(group: &ResourceGroup) -> Seed {
    let mut body = Document::new();
    body.insert("location".into(), (*group.location).into());
    if let Some(manager) = &group.managed_by {
        body.insert("managedBy".into(), (**manager).into());
    }
    if let Some(tags) = &group.tags {
        body.insert("tags".into(), Value::Object(tags.clone()));
    }
    let mut state = Document::new();
    state.insert("createdTime".into(), group.created_on.to_string().into());
    state.insert("changedTime".into(), group.changed_on.to_string().into());
    if group.deleting {
        state.insert("deleting".into(), true.into());
    }
    Seed { id: group.id.clone(), body, state }
}

fn remove_at_and_below(world: &mut World, scope: &ResourceId) {
    world.resource_groups.remove_at_and_below(scope.key());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::subscription::Subscription;
    use crate::settle::settle;
    use crate::timestamp::Duration;

    const ID: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourcegroups/Rg";

    fn world() -> World {
        let mut world = World::default();
        let id = Uuid::try_parse("22222222-2222-2222-2222-222222222222").unwrap();
        world.subscriptions.insert(id, Subscription::new(id, Uuid::nil(), "s", None));
        world
    }

    fn id() -> ResourceId {
        ResourceId::parse(ID).unwrap()
    }

    fn body(text: &str) -> Document {
        serde_json::from_str(text).unwrap()
    }

    fn code<T>(result: Result<T, Fault>) -> Option<&'static str> {
        result.err().and_then(|fault| fault.rule()).map(|rule| rule.code)
    }

    #[test]
    fn a_put_replaces_the_tags_and_keeps_location_and_name() {
        let mut world = world();
        let (group, new) = create_or_update(&mut world, &id(), &body(r#"{"location":"East US 2","tags":{"a":"b"}}"#)).unwrap();
        assert!(new && &*group.location == "eastus2");
        assert_eq!(group.id.as_str(), "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/Rg");
        let other_case = ResourceId::parse(&ID.to_lowercase()).unwrap();
        let (group, new) = create_or_update(&mut world, &other_case, &body(r#"{"location":"eastus2"}"#)).unwrap();
        assert!(!new && group.tags.is_none() && group.id.name() == "Rg");
        let moved = create_or_update(&mut world, &id(), &body(r#"{"location":"westus"}"#));
        assert_eq!(code(moved), Some("InvalidResourceGroupLocation"));
    }

    #[test]
    fn a_patch_without_tags_leaves_them() {
        let mut world = world();
        create_or_update(&mut world, &id(), &body(r#"{"location":"eastus","tags":{"a":"b"}}"#)).unwrap();
        assert!(update(&mut world, &id(), &body("{}")).unwrap().tags.is_some());
        assert_eq!(update(&mut world, &id(), &body(r#"{"tags":{}}"#)).unwrap().tags, Some(Document::new()));
    }

    #[test]
    fn a_deletion_takes_its_time_and_refuses_writes_meanwhile() {
        let mut world = world();
        world.settings.operation_duration = Duration::parse("PT10S").unwrap();
        let create = body(r#"{"location":"eastus"}"#);
        create_or_update(&mut world, &id(), &create).unwrap();
        let first = delete(&mut world, &id(), Uuid::nil()).unwrap();
        assert_eq!(delete(&mut world, &id(), Uuid::nil()).unwrap(), first);
        assert_eq!(get(&world, &id()).unwrap().provisioning_state(), "Deleting");
        assert_eq!(code(create_or_update(&mut world, &id(), &create)), Some("ResourceGroupBeingDeleted"));
        settle(&mut world, Timestamp::from_seconds(10));
        assert_eq!(code(get(&world, &id())), Some("ResourceGroupNotFound"));
        assert!(create_or_update(&mut world, &id(), &create).unwrap().1);
    }

    #[test]
    fn what_is_written_down_makes_the_same_group() {
        let mut world = world();
        let written = r#"{"location":"eastus","managedBy":"m","tags":{"b":"","a":"c"}}"#;
        create_or_update(&mut world, &id(), &body(written)).unwrap();
        let seeds = export(&world);
        let mut again = self::world();
        again.now = Timestamp::from_seconds(99);
        for it in &seeds {
            seed(&mut again, &it.id, &it.body, &it.state).unwrap();
        }
        assert_eq!(export(&again), seeds);
        assert_eq!(serde_json::to_string(&seeds[0].body).unwrap(), written);
        assert!(seed(&mut again, &id(), &body(written), &body(r#"{"typo":1}"#)).is_err());
    }
}
