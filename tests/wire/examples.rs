//! Are the examples of the API descriptions accepted, and answered with their fields and types?
//!
//! `fixtures/examples` has each of them once, rewritten for a world of our own; the README there tells the form. Where a
//! copy of the API descriptions is at hand, it is checked that the table leaves out none without a reason.

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The files of the table.
const AREAS: [&str; 8] = [
    "role-assignments",
    "role-definitions",
    "deny-assignments",
    "privileged-identity-management",
    "management-locks",
    "management-groups",
    "tags",
    "other",
];
/// What the operations begin with that the table is about, besides all those of Microsoft.Management.
const OPERATIONS: [&str; 13] = [
    "RoleAssignmentSchedule",
    "RoleEligibilitySchedule",
    "RoleManagementPolic",
    "EligibleChildResources_",
    "RoleAssignments_",
    "RoleDefinitions_",
    "DenyAssignments_",
    "Permissions_",
    "ProviderOperationsMetadata_",
    "ClassicAdministrators_",
    "GlobalAdministrator_",
    "ManagementLocks_",
    "AuthorizationOperations_",
];

/// An example, of each api-version that has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    operation: String,
    versions: Vec<String>,
    /// The files of the API description that have it.
    examples: Vec<String>,
    /// Who asks; `root` unless told.
    caller: Option<String>,
    /// What is sent before.
    #[serde(default)]
    before: Vec<Sent>,
    request: String,
    body: Option<Value>,
    /// What is answered when the request is sent once, and again.
    answers: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    request: String,
    body: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    status: u16,
    /// The members of the answer with their JSON types; of a list, each form that an element has.
    fields: Option<Value>,
}

/// An answer of an example that is not in the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeftOut {
    operation: String,
    versions: Vec<String>,
    example: String,
    status: u16,
    why: String,
}

/// Version, operation, file of the example, status.
type Key = (String, String, String, u16);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/examples")
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let path = folder().join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

fn all() -> Vec<Example> {
    AREAS.iter().flat_map(|area| read::<Vec<Example>>(area)).collect()
}

#[tokio::test]
async fn every_example_is_accepted_and_answered_in_its_form() {
    let azure = Azure::with_world(&read("world")).await;
    let mut found = Vec::new();
    for example in all() {
        for version in &example.versions {
            azure.emulator().reset();
            for problem in play(&azure, &example, version).await {
                found.push(format!("{} {version}: {}: {problem}", example.operation, example.request));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

async fn play(azure: &Azure, example: &Example, version: &str) -> Vec<String> {
    let mut found = Vec::new();
    for it in &example.before {
        let (method, path) = line(&it.request, version);
        let answer = azure.caller("root").send(method, &path, Some(it.body.clone())).await;
        if answer.status() >= 300 {
            found.push(format!("before: {}", answer.text()));
        }
    }
    let (method, path) = line(&example.request, version);
    for expected in &example.answers {
        let caller = azure.caller(example.caller.as_deref().unwrap_or("root"));
        let answer = caller.send(method.clone(), &path, example.body.clone()).await;
        if answer.status() != expected.status {
            found.push(format!("{}, not {}: {}", answer.status(), expected.status, answer.text()));
        } else if let Some(fields) = &expected.fields {
            lacks(fields, &answer.json(), "$", &mut found);
        }
    }
    found
}

fn line(request: &str, version: &str) -> (Method, String) {
    let (method, path) = request.split_once(' ').unwrap();
    let and = if path.contains('?') { '&' } else { '?' };
    (method.parse().unwrap(), format!("{path}{and}api-version={version}"))
}

/// Adds what an answer lacks of the fields and types of an example. A null stands for anything, and for nothing.
fn lacks(fields: &Value, answer: &Value, at: &str, found: &mut Vec<String>) {
    match (fields, answer) {
        (Value::Null, _) => {}
        (Value::Object(fields), Value::Object(members)) => members_lack(fields, members, at, found),
        (Value::Array(forms), Value::Array(elements)) => {
            for form in forms {
                let missing = |element: &Value| {
                    let mut missing = Vec::new();
                    lacks(form, element, &format!("{at}[]"), &mut missing);
                    missing
                };
                let fewest = elements.iter().map(missing).min_by_key(Vec::len);
                found.extend(fewest.unwrap_or_else(|| vec![format!("{at} is empty")]));
            }
        }
        (Value::String(kind), value) if kind == kind_of(value) => {}
        _ => found.push(format!("{at} is {answer}, not {fields}")),
    }
}

fn members_lack(fields: &Map<String, Value>, members: &Map<String, Value>, at: &str, found: &mut Vec<String>) {
    for (name, field) in fields {
        match members.get(name) {
            Some(member) => lacks(field, member, &format!("{at}.{name}"), found),
            None if field.is_null() => {}
            None => found.push(format!("{at}.{name} is missing")),
        }
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Runs where `AZURE_REST_API_SPECS` names the folder `specification` of a copy of Azure/azure-rest-api-specs.
#[test]
fn every_example_of_the_api_descriptions_is_in_the_table_or_left_out_for_a_reason() {
    let Some(specification) = std::env::var_os("AZURE_REST_API_SPECS") else {
        println!("not compared: AZURE_REST_API_SPECS names no folder `specification` of Azure/azure-rest-api-specs");
        return;
    };
    let published = published(Path::new(&specification));
    assert!(!published.is_empty(), "no API description in {}", Path::new(&specification).display());
    let left_out: Vec<LeftOut> = read("left-out");
    assert!(left_out.iter().all(|it| !it.why.is_empty()));
    let mut known: BTreeSet<Key> = BTreeSet::new();
    for it in all() {
        for (version, file, answer) in product(&it) {
            known.insert((version.clone(), it.operation.clone(), file.clone(), answer.status));
        }
    }
    for it in &left_out {
        for version in &it.versions {
            let key = (version.clone(), it.operation.clone(), it.example.clone(), it.status);
            assert!(known.insert(key.clone()), "left out, and in the table: {key:?}");
        }
    }
    let missing: Vec<_> = published.difference(&known).collect();
    assert!(missing.is_empty(), "neither in the table nor left out: {missing:#?}");
    let invented: Vec<_> = known.difference(&published).collect();
    assert!(invented.is_empty(), "in no API description: {invented:#?}");
}

fn product(it: &Example) -> impl Iterator<Item = (&String, &String, &Expected)> {
    it.versions
        .iter()
        .flat_map(move |version| it.examples.iter().flat_map(move |file| it.answers.iter().map(move |answer| (version, file, answer))))
}

/// The examples of the operations that the table is about, by the files that an API description refers to.
fn published(specification: &Path) -> BTreeSet<Key> {
    let mut found = BTreeSet::new();
    for (provider, all_of_it) in [
        ("authorization/resource-manager/Microsoft.Authorization", false),
        ("resources/resource-manager/Microsoft.Authorization", false),
        ("resources/resource-manager/Microsoft.Resources", false),
        ("managementgroups/resource-manager/Microsoft.Management", true),
    ] {
        for description in descriptions(&specification.join(provider)) {
            examples_of(&description, all_of_it, &mut found);
        }
    }
    found
}

/// The API descriptions below a provider's folder: `{stable|preview}/{version}/*.json`.
fn descriptions(provider: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).map(|it| it.filter_map(Result::ok).map(|it| it.path()).collect()).unwrap_or_default()
    };
    let versions = ["stable", "preview"].into_iter().flat_map(|status| entries(&provider.join(status)));
    versions.flat_map(|version| entries(&version)).filter(|it| it.extension().is_some_and(|it| it == "json")).collect()
}

fn examples_of(description: &Path, all_of_it: bool, found: &mut BTreeSet<Key>) {
    let document: Value = serde_json::from_str(&std::fs::read_to_string(description).unwrap()).unwrap();
    let version = document["info"]["version"].as_str().unwrap_or_default();
    let paths = ["paths", "x-ms-paths"].into_iter().filter_map(|name| document[name].as_object());
    for operation in paths.flat_map(Map::values).filter_map(Value::as_object).flat_map(Map::values) {
        let Some(name) = operation["operationId"].as_str() else { continue };
        let is_ours =
            all_of_it || OPERATIONS.iter().any(|start| name.starts_with(start)) || (name.starts_with("Tags_") && name.ends_with("AtScope"));
        for file in operation["x-ms-examples"].as_object().into_iter().flat_map(Map::values).filter(|_| is_ours) {
            let file = file["$ref"].as_str().unwrap_or_default();
            let example = std::fs::read_to_string(description.parent().unwrap().join(file)).unwrap();
            let example: Value = serde_json::from_str(&example).unwrap();
            let file = file.rsplit('/').next().unwrap_or_default();
            for status in example["responses"].as_object().into_iter().flat_map(Map::keys) {
                found.insert((version.to_owned(), name.to_owned(), file.to_owned(), status.parse().unwrap()));
            }
        }
    }
}

#[test]
fn what_an_answer_lacks_is_found() {
    let fields = serde_json::json!({ "a": ["string"], "b": { "c": "number" }, "n": null });
    let found = |answer: Value| {
        let mut found = Vec::new();
        lacks(&fields, &answer, "$", &mut found);
        found
    };
    assert!(found(serde_json::json!({ "a": [1, "x"], "b": { "c": 1, "more": 2 } })).is_empty());
    assert_eq!(found(serde_json::json!({ "a": [], "b": { "c": "1" } })), ["$.a is empty", r#"$.b.c is "1", not "number""#]);
    assert_eq!(found(serde_json::json!({ "a": [null] })), [r#"$.a[] is null, not "string""#, "$.b is missing"]);
}
