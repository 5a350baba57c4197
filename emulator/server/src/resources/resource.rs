//! Lists of resources on the wire: of a subscription, which show what the caller may see, and of a group.
//!
//! Shape, filter and `$expand`: `arm-wire` 3.3.

use crate::arm::reply::List;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::resources::resource;
use adf_emulator_core::resources::resource_filter::Filter;
use adf_emulator_core::world::{Document, TrackedResource, World};
use axum::http::Method;
use serde::Serialize;
use serde_json::Value;

/// The operations of lists of resources.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        name: "Resources_List",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resources",
        access: Access::Filtered,
        run: Run::Read(list),
        note: "",
        versions: Versions::All,
    },
    Operation {
        name: "Resources_ListByResourceGroup",
        method: Method::GET,
        path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/resources",
        access: Access::Action("Microsoft.Resources/subscriptions/resourceGroups/resources/read"),
        run: Run::Read(list),
        note: "",
        versions: Versions::All,
    },
];

/// `GET /subscriptions/{subscriptionId}/resources`, `GET …/resourceGroups/{resourceGroupName}/resources`
/// <https://learn.microsoft.com/rest/api/resources/resources/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let filter = Filter::of_resources(request.query.get("$filter").unwrap_or_default())?;
    let found = resource::list(world, request.caller.object_id, &request.target, filter.as_ref());
    // A filter on tags hides them, and expands nothing.
    let by_tags = filter.is_some_and(|filter| filter.is_about_tags());
    Ok(List::page(found.iter().map(|it| GenericResourceExpanded::new(it, request, by_tags)).collect(), request))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GenericResourceExpanded<'a> {
    id: &'a str,
    name: String,
    #[serde(rename = "type")]
    resource_type: &'static str,
    location: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<&'a Document>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provisioning_state: Option<&'static str>,
}

impl<'a> GenericResourceExpanded<'a> {
    fn new(resource: &'a TrackedResource, request: &ArmRequest, by_tags: bool) -> Self {
        let expands = |name: &str| !by_tags && request.expands(name);
        Self {
            id: resource.id.as_str(),
            name: resource.id.names().join("/"),
            resource_type: resource.resource_type,
            location: &resource.location,
            identity: resource.identity.as_ref(),
            tags: resource.tags.as_ref().filter(|_| !by_tags),
            created_time: expands("createdTime").then(|| resource.created_on.to_string()),
            changed_time: expands("changedTime").then(|| resource.changed_on.to_string()),
            provisioning_state: expands("provisioningState").then_some("Succeeded"),
        }
    }
}
