//! `resource-exists`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_missing_identity_is_named_by_type_and_name() {
    let azure = Azure::start().await;
    let missing = format!("{RG_SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-missing");
    let answer = azure.owner().is_refused(Method::GET, &missing, Value::Null, 404, "ResourceNotFound").await;
    answer.by_rule("resource-exists").says(
        "The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/uai-missing' under resource group 'rg-shared' was not found. For \
         more details please go to https://aka.ms/ARMResourceNotFoundFix",
    );
    let there = missing.replace("rg-shared", "rg-linked").replace("uai-missing", "UAI-default");
    azure.owner().get(&there).await.has_status(200);
}
