//! Users, groups, service principals and applications: list, get, create, change, delete.
//!
//! What may be written and what it changes is the core's; here it is read from the request and shown. Follows
//! <https://learn.microsoft.com/graph/api/resources/users> and its neighbours.

use adf_emulator_core::directory::{application, group, service_principal, user};
use adf_emulator_core::world::World;
use serde_json::Value;

use super::Reply;
use super::failure::Failure;
use super::list;
use super::object::{Object, ObjectType};
use super::request::GraphRequest;
use crate::azure_hosts::graph_of;

/// `GET /{type}`
pub fn list(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    list::collection(asked, world, of_type(asked)?)
}

/// `GET /{type}/$count`
pub fn count(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let principals = world.directory.principals().map(|it| Object::Principal(it));
    let all: Vec<Object<'_>> = principals.chain(world.directory.applications().map(|it| Object::Application(it))).collect();
    list::count(asked, world, &all, Some(of_type(asked)?))
}

/// `GET /{type}/{id}`, also of `directoryObjects`
pub fn get(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    let of_type = of_type(asked).ok();
    let found = found(asked, world)?;
    list::entity(asked, world, found, of_type).map(|entity| Reply::Json(Value::Object(entity)))
}

/// `POST /{type}`
pub fn create(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let (of_type, mut body) = (of_type(asked)?, asked.body()?);
    let (tenant_id, creator) = (asked.caller.tenant_id, asked.caller.object_id);
    let owners = match of_type {
        ObjectType::User => Vec::new(),
        _ => asked.bound(world, &mut body, "owners")?,
    };
    let made = match of_type {
        ObjectType::User => user::create(world, tenant_id, body),
        ObjectType::Group => {
            let members = asked.bound(world, &mut body, "members")?;
            group::create(world, tenant_id, creator, body, &members, &owners)
        }
        ObjectType::ServicePrincipal => service_principal::create(world, tenant_id, creator, body),
        ObjectType::Application => application::create(world, tenant_id, creator, body),
    };
    let id = made.map_err(Failure::of)?;
    if !owners.is_empty() && of_type != ObjectType::Group {
        world.directory.set_owners(id, owners);
    }
    let object = asked.find(world, Some(of_type), &id.to_string())?;
    // What was made is shown with its id first, and whole.
    let mut entity = list::entity(asked, world, object, Some(of_type))?;
    if let Some(id) = entity.shift_remove("id") {
        entity.shift_insert(1, "id".to_owned(), id);
    }
    let directory = format!("{}/v2/{tenant_id}/directoryObjects", graph_of(&asked.http.origin));
    let location = format!("{directory}/{id}/Microsoft.DirectoryServices.{}", of_type.location_name());
    Ok(Reply::Created { body: Value::Object(entity), location })
}

/// `PATCH /{type}/{id}`
pub fn update(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let (id, of_type) = (found(asked, world)?.id(), of_type(asked)?);
    let mut body = asked.body()?;
    let changed = match of_type {
        ObjectType::User => user::update(world, id, body),
        ObjectType::Group => {
            let members = asked.bound(world, &mut body, "members")?;
            group::update(world, id, body, &members)
        }
        ObjectType::ServicePrincipal => service_principal::update(world, id, body),
        ObjectType::Application => application::update(world, id, body),
    };
    changed.map(|()| Reply::NoContent).map_err(Failure::of)
}

/// `DELETE /{type}/{id}`, also of `directoryObjects`
pub fn delete(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let found = found(asked, world)?;
    let (id, of_type) = (found.id(), found.object_type());
    let gone = match of_type {
        ObjectType::User => user::delete(world, id),
        ObjectType::Group => group::delete(world, id),
        ObjectType::ServicePrincipal => service_principal::delete(world, id),
        ObjectType::Application => application::delete(world, id),
    };
    gone.map(|()| Reply::NoContent).map_err(Failure::of)
}

/// Returns the type of the collection that a request names.
///
/// # Errors
/// For `directoryObjects`, which are of several types.
pub fn of_type(asked: &GraphRequest<'_>) -> Result<ObjectType, Failure> {
    let named = asked.parts.first().and_then(|first| ObjectType::of_collection(first));
    named.ok_or_else(|| Failure::bad_request("Unsupported resource type."))
}

/// Returns the object that a request names.
///
/// # Errors
/// 404.
pub fn found<'w>(asked: &GraphRequest<'_>, world: &'w World) -> Result<Object<'w>, Failure> {
    asked.find(world, of_type(asked).ok(), key(asked, 1))
}

/// Returns a part of a request's path.
pub fn key<'a>(asked: &'a GraphRequest<'_>, at: usize) -> &'a str {
    asked.parts.get(at).map(String::as_str).unwrap_or_default()
}
