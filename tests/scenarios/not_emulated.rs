//! What Azure has and the emulator does not: it says so by name, to whoever might do it in Azure, and changes nothing.
//!
//! Made from the emulator's own list of operations, so that a new one is asked as well.

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;

fn path_of(operation: &Value, factory_name: &str) -> String {
    let path = operation["path"].as_str().unwrap();
    let path = path.replace("{subscriptionId}", "22222222-2222-2222-2222-222222222222").replace("{resourceGroupName}", "rg-shared");
    let path = path.replace("{factoryName}", factory_name).replace("{locationId}", "eastus");
    path.split('/').map(|part| if part.starts_with('{') { "some-name" } else { part }).collect::<Vec<_>>().join("/")
}

async fn data_factory_operations(azure: &Azure) -> Vec<Value> {
    let url = format!("{}/_emulator/operations", azure.url());
    let all: Value = azure.client().get(url).send().await.unwrap().json().await.unwrap();
    let is_data_factory = |it: &&Value| it["path"].as_str().unwrap().contains("Microsoft.DataFactory");
    all["value"].as_array().unwrap().iter().filter(is_data_factory).cloned().collect()
}

#[tokio::test]
async fn every_operation_that_is_missing_names_itself() {
    let azure = Azure::start().await;
    azure.owner().put(&factory(RG_SHARED, "sharing"), factory_with_identity()).await.has_status(200);
    let before = azure.export();
    let mut seen = 0;
    for operation in data_factory_operations(&azure).await.iter().filter(|it| it["emulated"] == "no") {
        let (name, path) = (operation["operation"].as_str().unwrap(), path_of(operation, "sharing"));
        let method: Method = operation["method"].as_str().unwrap().parse().unwrap();
        azure.caller("stranger").send(method.clone(), &path, None).await.is_refused(403, "AuthorizationFailed");
        if !path.starts_with("/subscriptions") {
            continue; // The built-in world's owner holds nothing at the root.
        }
        let answer = azure.owner().send(method, &path, None).await;
        answer.is_refused(501, "NotEmulated");
        assert_eq!(answer.header("x-emulator-not-emulated"), Some(name));
        assert!(answer.text().contains(name), "{answer:?}");
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
    assert_eq!(azure.export(), before);
}

/// A provider that Azure has is not called misspelt because nobody serves it here, nor is a type of a provider that is.
#[tokio::test]
async fn what_azure_has_is_refused_by_name_once_it_is_allowed() {
    let azure = Azure::start().await;
    let before = azure.export();
    let group = |type_and_name: &str| format!("{RG_SHARED}/providers/{type_and_name}?api-version=2024-03-01");
    let provider = |rest: &str| format!("{SUBSCRIPTION}/providers/{rest}?api-version=2021-04-01");
    for (method, path, name) in [
        (Method::PUT, group("Microsoft.Compute/virtualMachines/vm"), "Microsoft.Compute/virtualMachines/write"),
        (Method::GET, group("Microsoft.Storage/storageAccounts"), "Microsoft.Storage/storageAccounts/read"),
        (Method::PUT, group("Microsoft.Authorization/policyAssignments/p"), "Microsoft.Authorization/policyAssignments/write"),
        (Method::GET, group("Microsoft.Resources/deploymentStacks/d"), "Microsoft.Resources/deploymentStacks/read"),
        (Method::GET, provider("Microsoft.Storage"), "the resource provider Microsoft.Storage"),
        (Method::POST, provider("Microsoft.Compute/register"), "the resource provider Microsoft.Compute"),
    ] {
        azure.caller("stranger").send(method.clone(), &path, None).await.is_refused(403, "AuthorizationFailed");
        let answer = azure.owner().send(method, &path, None).await;
        answer.is_refused(501, "NotEmulated");
        assert_eq!(answer.header("x-emulator-not-emulated"), Some(name));
    }
    assert_eq!(azure.export(), before);
}

/// The Azure CLI sends the user's template as it stands in the file, under a name without quotes.
#[tokio::test]
async fn a_deployment_is_read_as_the_azure_cli_sends_it_before_it_is_refused() {
    let azure = Azure::start().await;
    let deployment = format!("{RG_SHARED}/providers/Microsoft.Resources/deployments/template");
    let template = "{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n  // made by hand\n  \
                    'contentVersion': \"1.0.0.0\", \"resources\": [], \"variables\": {\"a\": \"two\nlines\"},\n}";
    let body = format!("{{\"properties\": {{\"mode\": \"Incremental\", template:{template}\n}}}}");
    let json = [("content-type", "application/json")];
    let before = azure.export();
    for (method, path) in [(Method::PUT, ""), (Method::POST, "/validate"), (Method::POST, "/whatIf")] {
        let path = format!("{deployment}{path}");
        let send = async |name: &str, body: &str| {
            azure.caller(name).send_bytes(method.clone(), &path, Some(body.as_bytes().to_vec()), &json).await
        };
        send("owner", &body).await.is_refused(501, "NotEmulated");
        send("stranger", "{").await.is_refused(403, "AuthorizationFailed");
        for malformed in ["{", "{\"properties\": {template: }}", "{} {}", "[]", "{\"a\": \"\\x\"}"] {
            send("owner", malformed).await.is_refused(400, "InvalidRequestContent").by_rule("content-is-valid");
        }
    }
    assert_eq!(azure.export(), before);
    let group = format!("{RG_SHARED}-2");
    let commented = b"{location: 'eastus', /* here */ }".to_vec();
    azure.owner().send_bytes(Method::PUT, &group, Some(commented), &json).await.has_status(201);
}

/// Compared with the list of all operations of the API, where that is at hand.
#[tokio::test]
async fn every_operation_of_the_api_has_a_row() {
    let azure = Azure::start().await;
    let rows = data_factory_operations(&azure).await;
    let ours: BTreeSet<(String, String)> = rows
        .iter()
        .map(|it| {
            (
                it["operation"].as_str().unwrap().to_owned(),
                format!("{} {}", it["method"].as_str().unwrap(), it["action"].as_str().unwrap_or_default()),
            )
        })
        .collect();
    assert_eq!(ours.len(), rows.len(), "an operation has two rows");
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/reference/datafactory-operations.json");
    let Ok(text) = std::fs::read_to_string(list) else {
        eprintln!("skipped the comparison: the reference is not beside this repository");
        return;
    };
    let all: Value = serde_json::from_str(&text).unwrap();
    for it in all.as_array().unwrap() {
        let row = (
            it["operationId"].as_str().unwrap().to_owned(),
            format!("{} {}", it["method"].as_str().unwrap(), it["rbacAction"].as_str().unwrap()),
        );
        assert!(ours.contains(&row), "{row:?} has no row");
    }
}

/// The Azure CLI reads where the aliases of images are from `/metadata/endpoints`, and would ask there.
#[tokio::test]
async fn the_aliases_of_images_are_refused_by_name() {
    let azure = Azure::start().await;
    let cloud = azure.fetch("/metadata/endpoints?api-version=2022-09-01").await.has_status(200).json();
    let aliases = cloud["vmImageAliasDoc"].as_str().unwrap().strip_prefix(azure.url()).unwrap().to_owned();
    let answer = azure.fetch(&aliases).await;
    assert_eq!(answer.has_status(501).header("x-emulator-not-emulated"), Some("GET '/aliases.json'"));
}
