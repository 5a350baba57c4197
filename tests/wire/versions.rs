//! Is each operation there in the api-versions that have it, and in no other?
//!
//! `fixtures/examples/versions.json` says what the API descriptions say: an operation that some versions of its type lack is
//! refused in them, by the front door or by the provider, whoever asks.

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An operation, and which of its type's versions have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Described {
    operation: String,
    r#in: Vec<String>,
    #[serde(default)]
    not_in: Vec<String>,
}

/// What is said of a version, or of what a version lacks.
const ABOUT_VERSIONS: [&str; 7] = [
    "InvalidApiVersionParameter",
    "NoRegisteredProviderFound",
    "InvalidResourceType",
    "MissingSubscription",
    "HttpResourceNotFound",
    "ResourceTypeNotSupported",
    "MethodNotAllowed",
];

fn described() -> Vec<Described> {
    serde_json::from_str(include_str!("../../fixtures/examples/versions.json")).unwrap()
}

/// Returns a path with names in the place of its parameters.
fn filled(path: &str) -> String {
    let path = path.replace("/{scope}", RG_SHARED).replace("/subscriptions/{subscriptionId}", SUBSCRIPTION);
    let path = path.replace("{resourceGroupName}", "rg-shared").replace("{resourceProviderNamespace}", "Microsoft.DataFactory");
    let parts = path.split('/').map(|part| if part.starts_with('{') { "aaaaaaaa-0000-4000-8000-000000000001" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn an_operation_is_there_in_the_versions_that_have_it_and_in_no_other() {
    let azure = Azure::with_world(&json!({
        "tenants": [{ "id": adf_emulator_tests::TENANT, "principals": [{ "name": "root", "type": "ServicePrincipal" }],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
        "resources": [{ "id": RG_SHARED, "body": { "location": "eastus" } }],
    }))
    .await;
    let table = azure.control(Method::GET, "operations", &Value::Null).await.has_status(200).json();
    let routes: BTreeMap<&str, (&str, &str)> = table["value"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .map(|it| {
            let text = |member: &str| it[member].as_str().unwrap();
            (text("operation"), (text("method"), text("path")))
        })
        .collect();
    let mut found = Vec::new();
    for Described { operation, r#in, not_in } in described() {
        let (method, path) = routes[operation.as_str()];
        let method: Method = method.parse().unwrap();
        for (versions, is_there) in [(r#in, true), (not_in, false)] {
            for version in versions {
                let body = matches!(method, Method::PUT | Method::PATCH | Method::POST).then(|| json!({}));
                let answer = azure.caller("root").send(method.clone(), &format!("{}?api-version={version}", filled(path)), body).await;
                if method != Method::GET && answer.status() < 300 {
                    azure.emulator().reset();
                }
                let code = if answer.text().is_empty() { String::new() } else { answer.code() };
                if ABOUT_VERSIONS.contains(&code.as_str()) == is_there {
                    found.push(format!("{operation} {version}: {} {code}", answer.status()));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
