//! Groups, which may hold each other.
//!
//! Who is in it directly. Who is in it through others is worked out in `mod.rs`, when members change. Only security
//! groups whose members are assigned: mail and rules of membership are not emulated.
//! Follows <https://learn.microsoft.com/graph/api/resources/group>.

use super::profile::{Form, Known, Profile};
use super::refusal::Refusal;
use super::{Principal, PrincipalKind};
use crate::world::{Document, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// A group of principals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Group {
    /// Object ids of the direct members, in the order they were added.
    pub members: Arc<[Uuid]>,
}

/// What a group can be told <https://learn.microsoft.com/graph/api/group-update>.
pub static KNOWN: Known = Known {
    of: "Group",
    kept: &[
        ("classification", Form::Text),
        ("description", Form::Text),
        ("isAssignableToRole", Form::Flag),
        ("mailNickname", Form::Text),
        ("preferredDataLocation", Form::Text),
        ("preferredLanguage", Form::Text),
        ("theme", Form::Text),
        ("uniqueName", Form::Text),
        ("visibility", Form::Text),
    ],
    read_only: &[
        "id",
        "createdDateTime",
        "deletedDateTime",
        "creationOptions",
        "expirationDateTime",
        "mail",
        "onPremisesProvisioningErrors",
        "proxyAddresses",
        "renewedDateTime",
        "resourceBehaviorOptions",
        "resourceProvisioningOptions",
        "securityIdentifier",
        "serviceProvisioningErrors",
    ],
};

/// Makes a group of a tenant; a user who does it owns it, unless the body names owners. `members` and `owners` are what
/// the body binds. Returns its object id. <https://learn.microsoft.com/graph/api/group-post-groups>
///
/// # Errors
/// For a body that lacks what a group needs or has what is not known, and for members and owners that are not there.
pub fn create(
    world: &mut World,
    tenant_id: Uuid,
    creator: Uuid,
    mut body: Document,
    members: &[Uuid],
    owners: &[Uuid],
) -> Result<Uuid, Refusal> {
    for property in ["displayName", "mailEnabled", "mailNickname", "securityEnabled"] {
        if body.get(property).is_none_or(Value::is_null) {
            return Err(Refusal::Required { property, of: "Group" });
        }
    }
    let object_id = world.ids.next_guid();
    let profile = Profile { created_on: Some(world.now), ..Profile::default() };
    let display_name = KNOWN.display_name(&mut body)?.unwrap_or_default();
    let mut made = Principal { object_id, tenant_id, name: None, display_name, profile, kind: PrincipalKind::Group(Group::default()) };
    set(&mut made, body)?;
    world.directory.put(made);
    world.principal_is_made(object_id);
    for member in members {
        add_member(world, object_id, *member)?;
    }
    for owner in owners {
        world.directory.add_owner(object_id, tenant_id, *owner)?;
    }
    if owners.is_empty() {
        world.directory.own_if_user(object_id, creator);
    }
    Ok(object_id)
}

/// Changes a group; `members` are added to it. <https://learn.microsoft.com/graph/api/group-update>
///
/// # Errors
/// When there is none, and as for `create`.
pub fn update(world: &mut World, object_id: Uuid, mut body: Document, members: &[Uuid]) -> Result<(), Refusal> {
    let mut changed = Principal::clone(find(world, object_id)?.0);
    if let Some(name) = KNOWN.display_name(&mut body)? {
        changed.display_name = name;
    }
    set(&mut changed, body)?;
    world.directory.put(changed);
    members.iter().try_for_each(|member| add_member(world, object_id, *member))
}

fn set(group: &mut Principal, mut body: Document) -> Result<(), Refusal> {
    if KNOWN.flag(&mut body, "mailEnabled")? == Some(true) {
        return Err(Refusal::NotEmulated("groups with mail"));
    }
    if KNOWN.flag(&mut body, "securityEnabled")? == Some(false) {
        return Err(Refusal::NotEmulated("groups that are no security groups"));
    }
    let is_empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    if body.shift_remove("groupTypes").is_some_and(|types| !is_empty(&types)) {
        return Err(Refusal::NotEmulated("groupTypes"));
    }
    let rules = ["membershipRule", "membershipRuleProcessingState"];
    if rules.iter().filter_map(|rule| body.shift_remove(*rule)).any(|rule| !rule.is_null()) {
        return Err(Refusal::NotEmulated("membershipRule"));
    }
    KNOWN.set(&mut group.profile, body)
}

/// Deletes a group; role assignments to it stay. <https://learn.microsoft.com/graph/api/group-delete>
///
/// # Errors
/// When there is none.
pub fn delete(world: &mut World, object_id: Uuid) -> Result<(), Refusal> {
    find(world, object_id)?;
    world.directory.remove(object_id);
    Ok(())
}

/// Adds a member. <https://learn.microsoft.com/graph/api/group-post-members>
///
/// # Errors
/// When there is no such group or member in its tenant, the member is the group itself, or one already.
pub fn add_member(world: &mut World, group_id: Uuid, member: Uuid) -> Result<(), Refusal> {
    let (principal, group) = find(world, group_id)?;
    let found = world.directory.principal(member).filter(|it| it.tenant_id == principal.tenant_id);
    found.ok_or_else(|| Refusal::NotFound(member.to_string()))?;
    if member == group_id {
        return Err(KNOWN.invalid("members"));
    }
    if group.members.contains(&member) {
        return Err(Refusal::AlreadyReferenced("members"));
    }
    let members = group.members.iter().copied().chain([member]).collect();
    let changed = Principal { kind: PrincipalKind::Group(Group { members }), ..principal.clone() };
    world.directory.put(changed);
    Ok(())
}

/// Takes a member away. <https://learn.microsoft.com/graph/api/group-delete-members>
///
/// # Errors
/// When there is no such group, or no such direct member of it.
pub fn remove_member(world: &mut World, group_id: Uuid, member: Uuid) -> Result<(), Refusal> {
    let (principal, group) = find(world, group_id)?;
    if !group.members.contains(&member) {
        return Err(Refusal::NotFound(member.to_string()));
    }
    let members = group.members.iter().copied().filter(|it| *it != member).collect();
    let changed = Principal { kind: PrincipalKind::Group(Group { members }), ..principal.clone() };
    world.directory.put(changed);
    Ok(())
}

fn find(world: &World, object_id: Uuid) -> Result<(&Principal, &Group), Refusal> {
    match world.directory.principal(object_id).map(|it| (&**it, &it.kind)) {
        Some((principal, PrincipalKind::Group(group))) => Ok((principal, group)),
        _ => Err(Refusal::NotFound(object_id.to_string())),
    }
}
