//! The cases: for each limitation the requests that meet it, one file an area, as the rules themselves are kept.
//!
//! A case is a function named like its rule and a row of the file's list. Here are the ids and bodies that cases share;
//! `adding a case` is described in CONTRIBUTING.md.

mod access;
mod deny_assignments;
mod integration_runtimes;
mod lifecycle;
mod limits;
mod locks;
mod managed_identity;
mod management_groups;
mod names;
mod references;
mod requests;
mod resource_groups;
mod role_assignments;
mod role_definitions;
mod role_limits;
mod role_management_policies;
mod schedules;
mod sharing;
mod throttling;
mod tokens;

use axum::http::Method;
use serde_json::{Value, json};

use super::case::{Case, Step};

const TENANT: &str = "11111111-1111-1111-1111-111111111111";
const SUBSCRIPTION: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";
const RG_SHARED: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
const RG_LINKED: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-linked";
const RG_FABRIKAM: &str = "/subscriptions/88888888-8888-8888-8888-888888888888/resourceGroups/rg-fabrikam";
const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
/// The built-in world's application that holds no role.
const STRANGER: &str = "44444444-4444-4444-4444-000000000006";

/// The built-in world's application that is Data Factory Contributor.
const FACTORY_CONTRIBUTOR: &str = "44444444-4444-4444-4444-000000000005";

/// The cases of one area: the rule's name, and the case.
type Cases = &'static [(&'static str, fn(&'static str) -> Case)];

/// All cases, in the order of the rules.
const ALL: &[Cases] = &[
    requests::CASES,
    throttling::CASES,
    resource_groups::CASES,
    tokens::CASES,
    access::CASES,
    managed_identity::CASES,
    management_groups::CASES,
    role_assignments::CASES,
    role_definitions::CASES,
    role_limits::CASES,
    schedules::CASES,
    role_management_policies::CASES,
    deny_assignments::CASES,
    locks::CASES,
    names::CASES,
    limits::CASES,
    references::CASES,
    lifecycle::CASES,
    integration_runtimes::CASES,
    sharing::CASES,
];

/// Returns the case of the rule with that name; none when nothing can show it.
pub fn of(name: &str) -> Option<Case> {
    ALL.iter().flat_map(|cases| *cases).find(|(known, _)| *known == name).map(|(name, case)| case(name))
}

/// Returns the names of all rules that have a case.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().flat_map(|cases| *cases).map(|(name, _)| *name)
}

fn get(path: impl Into<String>) -> Step {
    Step::new(Method::GET, path, &Value::Null)
}

fn put(path: impl Into<String>, body: Value) -> Step {
    Step::new(Method::PUT, path, &body)
}

fn patch(path: impl Into<String>, body: Value) -> Step {
    Step::new(Method::PATCH, path, &body)
}

/// A POST with a body, or with none when it is null.
fn post(path: impl Into<String>, body: Value) -> Step {
    Step::new(Method::POST, path, &body)
}

fn delete(path: impl Into<String>) -> Step {
    Step::new(Method::DELETE, path, &Value::Null)
}

/// Reads the two authentication keys of a runtime; keeps the first as `{{key}}`.
fn auth_keys(runtime: &str) -> Step {
    post(format!("{runtime}/listAuthKeys"), Value::Null).keeping("key", "authKey1")
}

/// Registers a node with the key that `auth_keys` kept.
fn register_node(name: &str) -> Step {
    Step::control(Method::POST, "nodes", &json!({ "authKey": "{{key}}", "nodeName": name }))
}

fn factory(group: &str, name: &str) -> String {
    format!("{group}/providers/Microsoft.DataFactory/factories/{name}")
}

fn runtime(factory: &str, name: &str) -> String {
    format!("{factory}/integrationRuntimes/{name}")
}

fn identity(group: &str, name: &str) -> String {
    format!("{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}")
}

fn role_assignment(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-4000-8000-{number:012}")
}

fn role_definition(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/bbbbbbbb-0000-4000-8000-{number:012}")
}

fn eastus() -> Value {
    json!({ "location": "eastus" })
}

fn with_identity() -> Value {
    json!({ "location": "eastus", "identity": { "type": "SystemAssigned" } })
}

fn self_hosted() -> Value {
    json!({ "properties": { "type": "SelfHosted" } })
}

fn managed() -> Value {
    json!({ "properties": { "type": "Managed", "typeProperties": {} } })
}

fn linked_to(runtime: &str) -> Value {
    let info = json!({ "authorizationType": "RBAC", "resourceId": runtime });
    json!({ "properties": { "type": "SelfHosted", "typeProperties": { "linkedInfo": info } } })
}

fn sql_server() -> Value {
    json!({ "properties": { "type": "SqlServer" } })
}

/// The body that grants a role to a principal.
fn grant(role: &str, principal: &str) -> Value {
    let role = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}");
    json!({ "properties": { "roleDefinitionId": role, "principalId": principal } })
}

/// The body of a custom role that lets its holders read factories.
fn custom_role(name: &str, scopes: &[&str]) -> Value {
    let permissions = json!([{ "actions": ["Microsoft.DataFactory/factories/read"] }]);
    json!({ "properties": { "roleName": name, "permissions": permissions, "assignableScopes": scopes } })
}

/// The id of the factory that shares.
fn sharing_factory() -> String {
    factory(RG_SHARED, "sharing")
}

/// The id of the runtime that is shared.
fn shared() -> String {
    runtime(&sharing_factory(), "shared")
}

/// The id of the factory that links.
fn linking_factory() -> String {
    factory(RG_LINKED, "linking")
}

/// The id of the runtime that is linked.
fn linked() -> String {
    runtime(&linking_factory(), "linked")
}

/// Makes the factory that shares.
fn one_factory() -> [Step; 1] {
    [put(sharing_factory(), with_identity())]
}

/// Makes the factory that shares and its self-hosted runtime.
fn shared_runtime() -> [Step; 2] {
    [put(sharing_factory(), with_identity()), put(shared(), self_hosted())]
}

/// Makes the runtime that is shared and the factory that links, whose identity is kept as `{{principal}}`.
fn two_factories() -> Vec<Step> {
    let linking = put(linking_factory(), with_identity()).keeping("principal", "principalId");
    shared_runtime().into_iter().chain([linking]).collect()
}

/// Grants Contributor at the shared runtime to the linking factory's identity.
fn granted() -> Step {
    put(role_assignment(&shared(), 1), grant(CONTRIBUTOR, "{{principal}}"))
}

/// As `two_factories`, and grants and links.
fn shared_and_linked() -> Vec<Step> {
    let mut steps = two_factories();
    steps.extend([granted(), put(linked(), linked_to(&shared()))]);
    steps
}
