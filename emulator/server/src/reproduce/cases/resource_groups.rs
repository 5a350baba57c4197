//! Cases of resource groups, of locations and of tags.
//!
//! Rules: `rules/arm/resource_groups.rs`, `locations.rs` and `tags.rs` of the core.

use axum::http::Method;
use serde_json::{Map, Value, json};

use super::super::case::{Case, Step};
use super::{Cases, RG_LINKED, RG_SHARED, SUBSCRIPTION, delete, eastus, factory, identity, patch, put};

pub(super) const CASES: Cases = &[
    ("resource-group-name-shape", resource_group_name_shape),
    ("location-is-required", location_is_required),
    ("location-suits-resource-groups", location_suits_resource_groups),
    ("location-suits-the-type", location_suits_the_type),
    ("resource-keeps-its-location", resource_keeps_its_location),
    ("resource-group-keeps-its-location", resource_group_keeps_its_location),
    ("resource-group-keeps-its-manager", resource_group_keeps_its_manager),
    ("resource-group-is-not-being-deleted", resource_group_is_not_being_deleted),
    ("tag-count", tag_count),
    ("tag-name-length", tag_name_length),
    ("tag-name-characters", tag_name_characters),
    ("tag-value-length", tag_value_length),
    ("tag-name-prefix", tag_name_prefix),
    ("predefined-tag-name-exists", predefined_tag_name_exists),
    ("predefined-tag-name-has-no-values", predefined_tag_name_has_no_values),
    ("predefined-tag-is-not-in-use", predefined_tag_is_not_in_use),
];

fn resource_group_name_shape(name: &'static str) -> Case {
    let group = |name: &str| put(format!("{SUBSCRIPTION}/resourceGroups/{name}"), eastus());
    Case::new(name, group("a*b!c*"))
        .says(
            "The provided resource group name 'a*b!c*' has these invalid characters: '*,!'. The name can only be a letter, digit, '-', \
             '.', '(', ')' or '_'.",
        )
        .passes_as("The name has letters and dashes only.", group("a-b-c"))
}

fn location_is_required(name: &'static str) -> Case {
    let id = factory(RG_SHARED, "f-one");
    Case::new(name, put(&id, json!({})))
        .says("The location property is required for this definition.")
        .passes_as("The body has a location.", put(id, eastus()))
}

fn location_suits_resource_groups(name: &'static str) -> Case {
    let group = |location: &str| put(format!("{SUBSCRIPTION}/resourceGroups/rg-new"), json!({ "location": location }));
    Case::new(name, group("Mars"))
        .says("The provided location 'Mars' is not available for resource group. List of available regions is '….")
        .passes_as("The location is one of the message's list.", group("westeurope"))
}

fn location_suits_the_type(name: &'static str) -> Case {
    let id = |location: &str| put(factory(RG_SHARED, "f-one"), json!({ "location": location }));
    Case::new(name, id("Mars"))
        .says(
            "The provided location 'Mars' is not available for resource type 'Microsoft.DataFactory/factories'. List of available regions \
             for the resource type is '….",
        )
        .passes_as("The location is one of the message's list.", id("East US 2"))
}

fn resource_keeps_its_location(name: &'static str) -> Case {
    let id = |location: &str| put(identity(RG_LINKED, "uai-default"), json!({ "location": location }));
    Case::new(name, id("West US"))
        .says(
            "The resource 'uai-default' already exists in location 'eastus' in resource group 'rg-linked'. A resource with the same name \
             cannot be created in location 'westus'. Please select a new resource name.",
        )
        .passes_as("The location is the one that the resource has.", id("East US"))
}

fn resource_group_keeps_its_location(name: &'static str) -> Case {
    let group = |location: &str| put(RG_SHARED, json!({ "location": location }));
    Case::new(name, group("West US"))
        .says("Invalid resource group location 'West US'. The Resource group already exists in location 'eastus'.")
        .passes_as("The location is the one that the group has.", group("East US"))
}

fn resource_group_keeps_its_manager(name: &'static str) -> Case {
    let group = |manager: &str| put(format!("{SUBSCRIPTION}/resourceGroups/rg-new"), json!({ "location": "eastus", "managedBy": manager }));
    Case::new(name, group("two"))
        .after([group("one")])
        .says("The 'managedBy' property of resource group 'rg-new' cannot be changed.")
        .passes_as("The manager is the one that the group has.", group("one"))
}

fn resource_group_is_not_being_deleted(name: &'static str) -> Case {
    Case::new(name, put(factory(RG_SHARED, "f-late"), eastus()))
        .in_world(json!({ "settings": { "operationDuration": "PT10M" } }))
        .after([delete(format!("{RG_SHARED}?api-version=2022-09-01"))])
        .says("The resource group 'rg-shared' is in deprovisioning state and cannot perform this operation.")
        .passes_after(
            "Ten minutes pass, until the group is gone, and it is created again.",
            [Step::control(Method::PATCH, "clock", &json!({ "advance": "PT10M" })), put(RG_SHARED, eastus())],
        )
}

fn tags(tags: Value) -> Step {
    patch(RG_SHARED, json!({ "tags": tags }))
}

fn tag_count(name: &'static str) -> Case {
    let many = |count: usize| tags((0..count).map(|number| (format!("tag{number}"), json!(""))).collect::<Map<_, _>>().into());
    Case::new(name, many(51))
        .says("The number of tags '51' exceeds the maximum of '50' tags allowed.")
        .passes_as("There are fifty tags.", many(50))
}

fn tag_name_length(name: &'static str) -> Case {
    let named = |length: usize| tags(json!({ "a".repeat(length): "v" }));
    Case::new(name, named(513))
        .says("The tag name '…' must have 1 to 512 characters.")
        .passes_as("The name has 512 characters.", named(512))
}

fn tag_name_characters(name: &'static str) -> Case {
    Case::new(name, tags(json!({ "a/b": "v" })))
        .says("The tag names 'a/b' have reserved characters '<,>,%,&,\\,?,/' or control characters.")
        .passes_as("The name has none of the reserved characters.", tags(json!({ "a:b": "v" })))
}

fn tag_value_length(name: &'static str) -> Case {
    let value = |length: usize| tags(json!({ "a": "v".repeat(length) }));
    Case::new(name, value(257))
        .says("The value of the tag 'a' exceeds the maximum length of '256' characters.")
        .passes_as("The value has 256 characters.", value(256))
}

fn tag_name_prefix(name: &'static str) -> Case {
    Case::new(name, tags(json!({ "azure-owner": "v" })))
        .says("The tag name 'azure-owner' begins with 'azure', which is reserved for Azure.")
        .passes_as("The name begins with another word.", tags(json!({ "owner-azure": "v" })))
}

/// A predefined tag name, or with a further segment one of its values.
fn tag_name(rest: &str) -> String {
    format!("{SUBSCRIPTION}/tagNames/{rest}")
}

fn predefined_tag_name_exists(name: &'static str) -> Case {
    Case::new(name, put(tag_name("env/tagValues/test"), Value::Null))
        .says("Predefined tag name 'env' could not be found.")
        .passes_after("The name is predefined.", [put(tag_name("env"), Value::Null)])
}

fn predefined_tag_name_has_no_values(name: &'static str) -> Case {
    Case::new(name, delete(tag_name("env")))
        .after([put(tag_name("env"), Value::Null), put(tag_name("env/tagValues/test"), Value::Null)])
        .says("Predefined tag name 'env' has 1 values and cannot be deleted.")
        .passes_after("Its value is deleted.", [delete(tag_name("env/tagValues/test"))])
}

fn predefined_tag_is_not_in_use(name: &'static str) -> Case {
    Case::new(name, delete(tag_name("env")))
        .after([put(tag_name("env"), Value::Null), tags(json!({ "env": "test" }))])
        .says("Predefined tag name 'env' is used 1 times and cannot be deleted.")
        .passes_after("The group has no tags any more.", [tags(json!({}))])
}
