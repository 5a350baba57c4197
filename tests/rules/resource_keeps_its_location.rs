//! `resource-keeps-its-location`

use adf_emulator_tests::{Azure, RG_LINKED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn an_identity_stays_where_it_was_made() {
    let azure = Azure::start().await;
    let id = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    azure.owner().put(&id, json!({ "location": "East US" })).await.has_status(200);
    let answer = azure.owner().is_refused(Method::PUT, &id, json!({ "location": "West US" }), 409, "InvalidResourceLocation").await;
    answer.by_rule("resource-keeps-its-location").says(
        "The resource 'uai-default' already exists in location 'eastus' in resource group 'rg-linked'. A resource with the same name \
         cannot be created in location 'westus'. Please select a new resource name.",
    );
}
