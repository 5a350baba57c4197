//! Tag names of a subscription on the wire: `/subscriptions/{s}/tagNames`.
//!
//! PUT answers 201 for what is new, else 200; DELETE 200 without a body, or 204 (`arm-wire` 3.4).

use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::resources::tag_names::{self, TagName};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};

const NAME: &str = "/subscriptions/{subscriptionId}/tagNames/{tagName}";
const VALUE: &str = "/subscriptions/{subscriptionId}/tagNames/{tagName}/tagValues/{tagValue}";

/// The operations of tag names.
pub static OPERATIONS: &[Operation] = &[
    row(
        "Tags_List",
        Method::GET,
        "/subscriptions/{subscriptionId}/tagNames",
        "Microsoft.Resources/subscriptions/tagNames/read",
        Run::Read(list),
    ),
    row("Tags_CreateOrUpdate", Method::PUT, NAME, "Microsoft.Resources/subscriptions/tagNames/write", Run::Write(create_or_update)),
    row("Tags_Delete", Method::DELETE, NAME, "Microsoft.Resources/subscriptions/tagNames/delete", Run::Write(delete)),
    row(
        "Tags_CreateOrUpdateValue",
        Method::PUT,
        VALUE,
        "Microsoft.Resources/subscriptions/tagNames/tagValues/write",
        Run::Write(create_or_update_value),
    ),
    row("Tags_DeleteValue", Method::DELETE, VALUE, "Microsoft.Resources/subscriptions/tagNames/tagValues/delete", Run::Write(delete_value)),
];

const fn row(name: &'static str, method: Method, path: &'static str, action: &'static str, run: Run) -> Operation {
    Operation { name, method, path, access: Access::Action(action), run, note: "", versions: Versions::All }
}

/// `GET /subscriptions/{subscriptionId}/tagNames`: predefined ones and those in use, each with how often
/// <https://learn.microsoft.com/rest/api/resources/tags/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let names = tag_names::list(world, subscription(request))?;
    Ok(List::page(names.iter().map(|it| shape(it, request)).collect(), request))
}

/// `PUT /subscriptions/{subscriptionId}/tagNames/{tagName}`
/// <https://learn.microsoft.com/rest/api/resources/tags/create-or-update>
fn create_or_update(world: &mut World, request: &ArmRequest) -> Answer {
    let (name, is_new) = tag_names::create_or_update(world, subscription(request), request.target.name())?;
    Ok(put(is_new, &shape(&name, request)))
}

/// `DELETE /subscriptions/{subscriptionId}/tagNames/{tagName}`
/// <https://learn.microsoft.com/rest/api/resources/tags/delete>
fn delete(world: &mut World, request: &ArmRequest) -> Answer {
    tag_names::delete(world, subscription(request), request.target.name()).map(deleted)
}

/// `PUT /subscriptions/{subscriptionId}/tagNames/{tagName}/tagValues/{tagValue}`
/// <https://learn.microsoft.com/rest/api/resources/tags/create-or-update-value>
fn create_or_update_value(world: &mut World, request: &ArmRequest) -> Answer {
    let value = request.target.name();
    let (name, is_new) = tag_names::create_or_update_value(world, subscription(request), request.parent().name(), value)?;
    let count = name.values.get(value).copied().unwrap_or_default();
    Ok(put(is_new, &value_shape(&id_of(&name, request), value, count)))
}

/// `DELETE /subscriptions/{subscriptionId}/tagNames/{tagName}/tagValues/{tagValue}`
/// <https://learn.microsoft.com/rest/api/resources/tags/delete-value>
fn delete_value(world: &mut World, request: &ArmRequest) -> Answer {
    tag_names::delete_value(world, subscription(request), request.parent().name(), request.target.name()).map(deleted)
}

fn subscription<'a>(request: &'a ArmRequest<'_>) -> &'a str {
    request.target.subscription().unwrap_or_default()
}

fn put(is_new: bool, shape: &Value) -> Reply {
    if is_new { Reply::created(shape) } else { Reply::ok(shape) }
}

fn deleted(was_there: bool) -> Reply {
    if was_there { Reply::empty_ok() } else { Reply::no_content() }
}

fn id_of(it: &TagName, request: &ArmRequest) -> String {
    format!("/subscriptions/{}/tagNames/{}", subscription(request), it.name)
}

fn shape(it: &TagName, request: &ArmRequest) -> Value {
    let id = id_of(it, request);
    let values: Vec<Value> = it.values.iter().map(|(value, count)| value_shape(&id, value, *count)).collect();
    json!({ "id": id, "tagName": it.name, "count": { "type": "Total", "value": it.count }, "values": values })
}

fn value_shape(name_id: &str, value: &str, count: usize) -> Value {
    json!({ "id": format!("{name_id}/tagValues/{value}"), "tagValue": value, "count": { "type": "Total", "value": count } })
}
