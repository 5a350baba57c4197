//! Who is in which group, who owns what, and which objects have these ids.
//!
//! Membership through other groups counts where the page says so. A list of members may be narrowed to one type by its
//! name behind the list. Follows <https://learn.microsoft.com/graph/api/group-list-members> and its neighbours.

use adf_emulator_core::directory::{PrincipalKind, group};
use adf_emulator_core::world::{Document, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

use super::Reply;
use super::failure::Failure;
use super::list;
use super::object::{Object, ObjectType};
use super::request::GraphRequest;
use super::write::{found, key};

/// Ids that one `getByIds` may have
/// <https://learn.microsoft.com/graph/api/directoryobject-getbyids>.
const IDS_MAX: usize = 1_000;

/// Ids that one check may have <https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups>.
const CHECKED_MAX: usize = 20;

/// `GET /groups/{id}/members`
pub fn members(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let members = direct_members(world, found(asked, world)?.id());
    listed(asked, world, members.iter().copied())
}

/// `GET /groups/{id}/transitiveMembers`
pub fn transitive_members(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let (mut all, mut open) = (BTreeSet::new(), vec![found(asked, world)?.id()]);
    while let Some(group) = open.pop() {
        open.extend(direct_members(world, group).iter().copied().filter(|member| all.insert(*member)));
    }
    listed(asked, world, all.into_iter())
}

/// `GET /{type}/{id}/memberOf`
pub fn member_of(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let member = found(asked, world)?.id();
    let groups = world.directory.groups_of(member).iter().copied();
    listed(asked, world, groups.filter(|group| direct_members(world, *group).contains(&member)))
}

/// `GET /{type}/{id}/transitiveMemberOf`
pub fn transitive_member_of(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let member = found(asked, world)?.id();
    listed(asked, world, world.directory.groups_of(member).iter().copied())
}

/// `GET /{type}/{id}/owners`
pub fn owners(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let owned = owned(asked, world)?.id();
    listed(asked, world, world.directory.owners(owned).iter().copied())
}

/// `GET /{type}/{id}/ownedObjects`
pub fn owned_objects(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let owner = found(asked, world)?.id();
    listed(asked, world, world.directory.owned_by(owner))
}

/// Answers with these objects; with those of one type or with their number, if the path goes on like that.
fn listed(asked: &GraphRequest<'_>, world: &World, ids: impl Iterator<Item = Uuid>) -> Result<Reply, Failure> {
    let objects: Vec<Object<'_>> = ids.filter_map(|id| object(world, id)).collect();
    let Some(rest) = asked.parts.get(3) else { return list::several(asked, world, objects) };
    let name = rest.strip_prefix("microsoft.graph.").unwrap_or(rest);
    let of_type = ObjectType::ALL.into_iter().find(|it| it.name().eq_ignore_ascii_case(name));
    let of_type = of_type.ok_or_else(|| Failure::not_emulated(&format!("the members that are {name}")))?;
    list::of_type(asked, world, objects, of_type)
}

fn object(world: &World, id: Uuid) -> Option<Object<'_>> {
    let principal = world.directory.principal(id).map(|it| Object::Principal(it));
    principal.or_else(|| world.directory.application(id).map(|it| Object::Application(it)))
}

fn direct_members(world: &World, group: Uuid) -> &[Uuid] {
    match world.directory.principal(group).map(|it| &it.kind) {
        Some(PrincipalKind::Group(group)) => &group.members,
        _ => &[],
    }
}

/// `POST /groups/{id}/members/$ref`
pub fn add_member(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let group = found(asked, world)?.id();
    let member = reference(asked, world)?;
    group::add_member(world, group, member).map(|()| Reply::NoContent).map_err(Failure::of)
}

/// `DELETE /groups/{id}/members/{id}/$ref`
pub fn remove_member(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let group = found(asked, world)?.id();
    let member = id_at(asked, 3)?;
    group::remove_member(world, group, member).map(|()| Reply::NoContent).map_err(Failure::of)
}

/// `POST /{type}/{id}/owners/$ref`
pub fn add_owner(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let owned = owned(asked, world)?.id();
    let owner = reference(asked, world)?;
    world.directory.add_owner(owned, asked.caller.tenant_id, owner).map(|()| Reply::NoContent).map_err(Failure::of)
}

/// `DELETE /{type}/{id}/owners/{id}/$ref`
pub fn remove_owner(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let owned = owned(asked, world)?.id();
    let owner = id_at(asked, 3)?;
    world.directory.remove_owner(owned, owner).map(|()| Reply::NoContent).map_err(Failure::of)
}

/// Returns the object that is owned: anything but a user, and nothing that belongs to a resource.
fn owned<'w>(asked: &GraphRequest<'_>, world: &'w World) -> Result<Object<'w>, Failure> {
    let found = found(asked, world)?;
    match found {
        Object::Principal(it) if matches!(it.kind, PrincipalKind::User(_)) => Err(Failure::bad_request("Unsupported resource type.")),
        _ => Ok(found),
    }
}

fn id_at(asked: &GraphRequest<'_>, at: usize) -> Result<Uuid, Failure> {
    Uuid::try_parse(key(asked, at)).map_err(|_| Failure::not_found(key(asked, at)))
}

fn reference(asked: &GraphRequest<'_>, world: &World) -> Result<Uuid, Failure> {
    let body = asked.body()?;
    asked.referenced(world, body.get("@odata.id").unwrap_or(&Value::Null))
}

/// `POST /{type}/{id}/getMemberGroups` and `getMemberObjects`: through other groups too. Roles of the directory, which
/// the second would also name, are not emulated.
pub fn get_member_groups(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let member = found(asked, world)?.id();
    let body = asked.body()?;
    if !body.get("securityEnabledOnly").is_some_and(Value::is_boolean) {
        return Err(Failure::bad_request("The property 'securityEnabledOnly' has to be true or false."));
    }
    Ok(ids(asked, world.directory.groups_of(member)))
}

/// `POST /{type}/{id}/checkMemberGroups`
pub fn check_member_groups(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    check(asked, world, "groupIds")
}

/// `POST /{type}/{id}/checkMemberObjects`
pub fn check_member_objects(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    check(asked, world, "ids")
}

fn check(asked: &GraphRequest<'_>, world: &World, name: &str) -> Result<Reply, Failure> {
    let member = found(asked, world)?.id();
    let body = asked.body()?;
    let wanted = guids(&body, name, CHECKED_MAX)?;
    let groups = world.directory.groups_of(member);
    let held: Vec<Uuid> = wanted.into_iter().filter(|id| groups.contains(id)).collect();
    Ok(ids(asked, &held))
}

fn ids(asked: &GraphRequest<'_>, ids: &[Uuid]) -> Reply {
    Reply::Json(json!({ "@odata.context": list::context_url(asked, "Collection(Edm.String)"), "value": ids }))
}

/// `POST /directoryObjects/getByIds`: unknown ids are left out.
pub fn get_by_ids(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let body = asked.body()?;
    let wanted = guids(&body, "ids", IDS_MAX)?;
    let types = texts(&body, "types")?;
    let is_wanted = |it: &Object<'_>| {
        let name = it.object_type().name();
        types.as_ref().is_none_or(|types| types.iter().any(|wanted| wanted.eq_ignore_ascii_case(name)))
    };
    let objects = wanted.into_iter().filter_map(|id| object(world, id)).filter(|it| asked.sees(*it) && is_wanted(it));
    let value: Vec<Value> = objects.map(|it| Value::Object(it.shown_among_others(world))).collect();
    Ok(Reply::Json(json!({ "@odata.context": list::context_url(asked, "directoryObjects"), "value": value })))
}

fn guids(body: &Document, name: &str, max: usize) -> Result<Vec<Uuid>, Failure> {
    let texts = texts(body, name)?.ok_or_else(|| Failure::bad_request(format!("The property '{name}' is missing.")))?;
    if texts.len() > max {
        return Err(Failure::bad_request(format!("The property '{name}' has more than {max} values.")));
    }
    texts.into_iter().map(|id| Uuid::try_parse(id).map_err(|_| Failure::bad_request(format!("Invalid GUID:{id}")))).collect()
}

fn texts<'a>(body: &'a Document, name: &str) -> Result<Option<Vec<&'a str>>, Failure> {
    let wrong = || Failure::bad_request(format!("The property '{name}' has to be a list of strings."));
    let Some(value) = body.get(name).filter(|value| !value.is_null()) else { return Ok(None) };
    value.as_array().ok_or_else(wrong)?.iter().map(|it| it.as_str().ok_or_else(wrong)).collect::<Result<_, _>>().map(Some)
}
