//! Tags by themselves on the wire: `{scope}/providers/Microsoft.Resources/tags/default`.
//!
//! PUT, PATCH and GET answer 200 with the tags, DELETE 200 without a body: `arm-wire` 3.4.

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::resources::tags_at_scope;
use adf_emulator_core::world::{Document, World};
use axum::http::Method;
use serde::Serialize;

const PATH: &str = "/{scope}/providers/Microsoft.Resources/tags/default";
const READ: Access = Access::Action("Microsoft.Resources/tags/read");
const WRITE: Access = Access::Action("Microsoft.Resources/tags/write");
const DELETE: Access = Access::Action("Microsoft.Resources/tags/delete");

/// The operations of tags.
pub static OPERATIONS: &[Operation] = &[
    row("Tags_CreateOrUpdateAtScope", Method::PUT, WRITE, Run::Write(create_or_update)),
    row("Tags_UpdateAtScope", Method::PATCH, WRITE, Run::Write(update)),
    row("Tags_GetAtScope", Method::GET, READ, Run::Read(get)),
    row("Tags_DeleteAtScope", Method::DELETE, DELETE, Run::Write(delete)),
];

const fn row(name: &'static str, method: Method, access: Access, run: Run) -> Operation {
    Operation { name, method, path: PATH, access, run, note: "of subscriptions, groups, factories and identities", versions: Versions::All }
}

/// `PUT {scope}/providers/Microsoft.Resources/tags/default`
/// <https://learn.microsoft.com/rest/api/resources/tags/create-or-update-at-scope>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let tags = tags_at_scope::create_or_update(world, &request.parent(), &request.document()?)?;
    Ok(Reply::ok(&TagsResource::new(request, &tags)))
}

/// `PATCH {scope}/providers/Microsoft.Resources/tags/default`
/// <https://learn.microsoft.com/rest/api/resources/tags/update-at-scope>
fn update(world: &mut World, request: &ArmRequest) -> Answer {
    let tags = tags_at_scope::update(world, &request.parent(), &request.document()?)?;
    Ok(Reply::ok(&TagsResource::new(request, &tags)))
}

/// `GET {scope}/providers/Microsoft.Resources/tags/default`
/// <https://learn.microsoft.com/rest/api/resources/tags/get-at-scope>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let tags = tags_at_scope::get(world, &request.parent())?;
    Ok(Reply::ok(&TagsResource::new(request, &tags)))
}

/// `DELETE {scope}/providers/Microsoft.Resources/tags/default`
/// <https://learn.microsoft.com/rest/api/resources/tags/delete-at-scope>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    tags_at_scope::delete(world, &request.parent()).map(|()| Reply::empty_ok())
}

#[derive(Serialize)]
struct TagsResource<'a> {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    resource_type: &'static str,
    properties: Tags<'a>,
}

#[derive(Serialize)]
struct Tags<'a> {
    tags: &'a Document,
}

impl<'a> TagsResource<'a> {
    fn new(request: &ArmRequest, tags: &'a Document) -> Self {
        let id = request.parent().at_scope("Microsoft.Resources/tags", "default").to_string();
        Self { id, name: "default", resource_type: "Microsoft.Resources/tags", properties: Tags { tags } }
    }
}
