//! Cases of names in Data Factory.
//!
//! Rules: `rules/naming.rs` of the core; each name is the first beyond what is accepted.

use super::super::case::{Case, Step};
use super::{Cases, RG_LINKED, RG_SHARED, delete, eastus, factory, one_factory, put, runtime, self_hosted, sharing_factory, sql_server};
use serde_json::json;

pub(super) const CASES: Cases = &[
    ("factory-name-shape", factory_name_shape),
    ("factory-name-is-unique", factory_name_is_unique),
    ("integration-runtime-name-shape", integration_runtime_name_shape),
    ("linked-service-name-shape", linked_service_name_shape),
    ("credential-name-shape", credential_name_shape),
];

fn factory_name_shape(name: &'static str) -> Case {
    Case::new(name, put(factory(RG_SHARED, "ab"), eastus()))
        .says("The factory name 'ab' is not valid.")
        .passes_as("The name has three characters.", put(factory(RG_SHARED, "abc"), eastus()))
}

fn factory_name_is_unique(name: &'static str) -> Case {
    let first = factory(RG_SHARED, "contoso-1");
    Case::new(name, put(factory(RG_LINKED, "contoso-1"), eastus()))
        .after([put(&first, eastus())])
        .says("The specified resource name 'contoso-1' is already in use. Resource names must be globally unique.")
        .passes_after("The factory that has the name is deleted.", [delete(first)])
}

fn integration_runtime_name_shape(name: &'static str) -> Case {
    let named = |name: &str| put(runtime(&sharing_factory(), name), self_hosted());
    Case::new(name, named("a--b"))
        .after(one_factory())
        .says("The integration runtime name 'a--b' is not valid.")
        .passes_as("No dash follows another.", named("a-b"))
}

fn linked_service_name_shape(name: &'static str) -> Case {
    let named = |name: &str| put(format!("{}/linkedservices/{name}", sharing_factory()), sql_server());
    Case::new(name, named("a.b"))
        .after(one_factory())
        .says("The linked service name 'a.b' is not valid.")
        .passes_as("The name has no reserved character.", named("a_b"))
}

fn credential_name_shape(name: &'static str) -> Case {
    let named = |name: &str| -> Step {
        put(format!("{}/credentials/{name}", sharing_factory()), json!({ "properties": { "type": "ManagedIdentity" } }))
    };
    Case::new(name, named("a-"))
        .after(one_factory())
        .says("The credential name 'a-' is not valid.")
        .passes_as("The name does not end with a dash.", named("a"))
}
