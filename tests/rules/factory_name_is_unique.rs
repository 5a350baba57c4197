//! `factory-name-is-unique`

use adf_emulator_tests::{Azure, RG_FABRIKAM, RG_LINKED, RG_SHARED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_factory_name_is_taken_over_groups_and_tenants_and_without_case() {
    let azure = Azure::start().await;
    let body = json!({ "location": "eastus" });
    azure.owner().put(&factory(RG_SHARED, "Contoso-1"), body.clone()).await.has_status(200);
    for (caller, group) in [("owner", RG_LINKED), ("fabrikam-owner", RG_FABRIKAM)] {
        let path = factory(group, "contoso-1");
        let answer = azure.caller(caller).is_refused(Method::PUT, &path, body.clone(), 409, "DataFactoryNameInUse").await;
        answer.by_rule("factory-name-is-unique");
        answer.says("The specified resource name 'contoso-1' is already in use. Resource names must be globally unique.");
    }
    azure.owner().put(&factory(RG_SHARED, "CONTOSO-1"), body.clone()).await.has_status(200);
    azure.owner().delete(&factory(RG_SHARED, "contoso-1")).await.has_status(200);
    azure.owner().put(&factory(RG_LINKED, "contoso-1"), body).await.has_status(200);
}
