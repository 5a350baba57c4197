//! Locks on the wire: their shape and their operations.
//!
//! Those of a subscription, a group or a resource (`ManagementLocks_CreateOrUpdateAtResourceGroupLevel` and so on) are
//! the same requests. What locks stand against is the dispatcher's and the core's.

use crate::arm::reply::{List, Reply};
use crate::arm::request::{ArmRequest, is_at_least};
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::authorization::management_lock::{self, ManagementLock};
use adf_emulator_core::world::{LOCKS, World};
use axum::http::Method;
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

const READ: Access = Access::Action("Microsoft.Authorization/locks/read");
const WRITE: Access = Access::Action("Microsoft.Authorization/locks/write");
const DELETE: Access = Access::Action("Microsoft.Authorization/locks/delete");
const COLLECTION: &str = "/{scope}/providers/Microsoft.Authorization/locks";
const ITEM: &str = "/{scope}/providers/Microsoft.Authorization/locks/{lockName}";

/// The operations of locks.
pub static OPERATIONS: &[Operation] = &[
    Operation::new("ManagementLocks_ListByScope", Method::GET, COLLECTION, READ, Run::Read(list)),
    Operation::new("ManagementLocks_GetByScope", Method::GET, ITEM, READ, Run::Read(get)),
    Operation::new("ManagementLocks_CreateOrUpdateByScope", Method::PUT, ITEM, WRITE, Run::Write(create_or_update)),
    Operation::new("ManagementLocks_DeleteByScope", Method::DELETE, ITEM, DELETE, Run::Write(delete)),
];

/// `GET {scope}/providers/Microsoft.Authorization/locks`
/// <https://learn.microsoft.com/rest/api/resources/management-locks/list-by-scope>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let locks = management_lock::list(world, &request.target, request.query.get("$filter"))?;
    Ok(List::page(locks.iter().map(|it| LockResource::new(world, it, request)).collect(), request))
}

/// `GET {scope}/providers/Microsoft.Authorization/locks/{lockName}`
/// <https://learn.microsoft.com/rest/api/resources/management-locks/get-by-scope>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let lock = management_lock::get(world, &request.parent(), request.target.name())?;
    Ok(Reply::ok(&LockResource::new(world, lock, request)))
}

/// `PUT {scope}/providers/Microsoft.Authorization/locks/{lockName}`: 201 for a new one, else 200
/// <https://learn.microsoft.com/rest/api/resources/management-locks/create-or-update-by-scope>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let (scope, body) = (request.parent(), request.document()?);
    let (lock, new) = management_lock::put(world, &scope, request.target.name(), &body, Some(request.caller.object_id))?;
    let shape = LockResource::new(world, &lock, request);
    Ok(if new { Reply::created(&shape) } else { Reply::ok(&shape) })
}

/// `DELETE {scope}/providers/Microsoft.Authorization/locks/{lockName}`: 200 without a body, or 204
/// <https://learn.microsoft.com/rest/api/resources/management-locks/delete-by-scope>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    let was_there = management_lock::delete(world, &request.parent(), request.target.name());
    Ok(if was_there { Reply::empty_ok() } else { Reply::no_content() })
}

#[derive(Serialize)]
struct LockResource<'a> {
    properties: LockProperties<'a>,
    id: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    name: &'a str,
    /// Since 2020-05-01.
    #[serde(rename = "systemData", skip_serializing_if = "Option::is_none")]
    system_data: Option<Value>,
}

#[derive(Serialize)]
struct LockProperties<'a> {
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    notes: Option<&'a str>,
}

impl<'a> LockResource<'a> {
    fn new(world: &World, lock: &'a ManagementLock, request: &ArmRequest) -> Self {
        let by = |id: Option<Uuid>| id.and_then(|id| world.directory.principal(id)).map(|it| it.client());
        let kind = |id: Option<Uuid>| match id.and_then(|id| world.directory.principal(id)).map(|it| it.principal_type()) {
            Some("User") => "User",
            _ => "Application",
        };
        let system_data = || {
            json!({ "createdBy": by(lock.created_by), "createdByType": kind(lock.created_by),
                "createdAt": lock.created_on.with_seven_digits(), "lastModifiedBy": by(lock.updated_by),
                "lastModifiedByType": kind(lock.updated_by), "lastModifiedAt": lock.updated_on.with_seven_digits() })
        };
        Self {
            properties: LockProperties { level: lock.level.as_str(), notes: lock.notes.as_deref() },
            id: lock.id().to_string(),
            resource_type: LOCKS,
            name: &lock.name,
            system_data: is_at_least(&request.api_version, "2020-05-01").then(system_data),
        }
    }
}
