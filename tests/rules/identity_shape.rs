//! `identity-shape`

use adf_emulator_tests::{Azure, RG_LINKED, factory};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn an_identity_is_system_assigned_user_assigned_both_or_none() {
    let azure = Azure::start().await;
    let uai = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let all = json!({ uai: {} });
    for (number, good) in [
        json!({ "type": "SystemAssigned", "userAssignedIdentities": null }),
        json!({ "type": "UserAssigned", "userAssignedIdentities": all }),
        json!({ "type": "SystemAssigned, UserAssigned", "userAssignedIdentities": all }),
        json!({ "type": "None", "userAssignedIdentities": null }),
        json!({}),
        json!(null),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "location": "eastus", "identity": good });
        azure.owner().put(&factory(RG_LINKED, &format!("factory{number}")), body).await.has_status(200);
    }
    for wrong in [
        json!({ "type": "Robot" }),
        json!({ "type": "UserAssigned" }),
        json!({ "type": "UserAssigned", "userAssignedIdentities": { "uai-default": {} } }),
    ] {
        let body = json!({ "location": "eastus", "identity": wrong });
        let answer = azure.owner().is_refused(Method::PUT, &factory(RG_LINKED, "another"), body, 400, "BadRequest").await;
        answer.by_rule("identity-shape");
    }
}
