//! The operations of resource providers, which custom roles are made of.
//!
//! Those of Microsoft.DataFactory and Microsoft.Authorization are their published lists; of the others what the API
//! descriptions and the built-in roles name. Display names are made from the actions.

use crate::arm::reply::{List, Reply};
use crate::arm::request::ArmRequest;
use crate::arm::routes::{self, Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::published_actions;
use adf_emulator_core::resources::provider::{self, Provider};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const READ: Access = Access::ActionSomewhere("Microsoft.Authorization/providerOperations/read");
const NOTE: &str = "whole for Microsoft.DataFactory and Microsoft.Authorization; display names are made from the actions";

/// The operations of provider operations.
pub static OPERATIONS: &[Operation] = &[
    row("ProviderOperationsMetadata_List", "/providers/Microsoft.Authorization/providerOperations", Run::Read(list)),
    row(
        "ProviderOperationsMetadata_Get",
        "/providers/Microsoft.Authorization/providerOperations/{resourceProviderNamespace}",
        Run::Read(get),
    ),
];

const fn row(name: &'static str, path: &'static str, run: Run) -> Operation {
    Operation { name, method: Method::GET, path, access: READ, run, note: NOTE, versions: Versions::All }
}

/// `GET /providers/Microsoft.Authorization/providerOperations`
/// <https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata/list>
fn list(_: &World, request: &ArmRequest) -> Answer {
    Ok(List::page(provider::PROVIDERS.iter().map(|it| metadata(it, request)).collect(), request))
}

/// `GET /providers/Microsoft.Authorization/providerOperations/{resourceProviderNamespace}`
/// <https://learn.microsoft.com/rest/api/authorization/provider-operations-metadata/get>
fn get(_: &World, request: &ArmRequest) -> Answer {
    Ok(Reply::ok(&metadata(provider::get(request.target.name())?, request)))
}

/// One action of a provider, with what is made from its name.
pub(super) struct Described {
    /// The action, such as `Microsoft.DataFactory/factories/read`.
    pub name: String,
    /// Whether it is one of the data plane.
    pub is_data: bool,
    /// The resource type that it is about, without the namespace; none for the provider itself.
    pub resource_type: Option<String>,
    /// What people read.
    pub display_name: String,
}

impl Described {
    fn new(name: String, is_data: bool) -> Self {
        let parts: Vec<&str> = name.split('/').skip(1).collect();
        let (verb, path) = parts.split_last().map_or(("", &[][..]), |(verb, path)| (*verb, path));
        let (what, path) = match (verb.eq_ignore_ascii_case("action"), path.split_last()) {
            (true, Some((act, above))) => (*act, above),
            _ => (verb, path),
        };
        let display_name = if path.is_empty() { what.to_owned() } else { format!("{what} {}", path.join(" ")) };
        let resource_type = (!path.is_empty()).then(|| path.join("/"));
        Self { name, is_data, resource_type, display_name }
    }
}

/// Returns the actions of a namespace: those that are published or named by built-in roles, and those that we ask for.
pub(super) fn actions(namespace: &str) -> impl Iterator<Item = Described> + use<> {
    // By action in lower case: one action is spelled in several ways.
    let mut actions: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let served = routes::all().filter_map(|operation| operation.access.action().map(|action| (action.to_owned(), false)));
    for (action, is_data) in published_actions::of_namespace(namespace).chain(served) {
        if action.split('/').next().is_some_and(|it| it.eq_ignore_ascii_case(namespace)) {
            actions.entry(action.to_lowercase()).or_insert((action, is_data));
        }
    }
    actions.into_values().map(|(name, is_data)| Described::new(name, is_data))
}

fn metadata(provider: &Provider, request: &ArmRequest) -> Value {
    let namespace = provider.namespace;
    let mut own = Vec::new();
    let mut types: BTreeMap<String, (String, Vec<Value>)> = BTreeMap::new();
    for it in actions(namespace) {
        let shape = json!({ "name": it.name, "displayName": it.display_name, "description": it.display_name, "origin": "user,system",
            "properties": null, "isDataAction": it.is_data });
        match it.resource_type {
            Some(name) => types.entry(name.to_lowercase()).or_insert_with(|| (name, Vec::new())).1.push(shape),
            None => own.push(shape),
        }
    }
    let expands = request.query.get("$expand").is_none_or(|it| it.eq_ignore_ascii_case("resourceTypes"));
    let types = types.into_values().filter(|_| expands);
    let types: Vec<Value> =
        types.map(|(name, operations)| json!({ "name": name, "displayName": name, "operations": operations })).collect();
    json!({
        "id": format!("/providers/Microsoft.Authorization/providerOperations/{namespace}"),
        "name": namespace,
        "type": "Microsoft.Authorization/providerOperations",
        "displayName": namespace,
        "resourceTypes": types,
        "operations": own,
    })
}
