//! Auxiliary tokens: what a request links in another directory is judged by who its sender is there.
//!
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant>.

use adf_emulator_tests::{Answer, Azure, RG_FABRIKAM, RG_SHARED, SUBSCRIPTION, factory};
use reqwest::Method;
use serde_json::{Value, json};

const HEADER: &str = "x-ms-authorization-auxiliary";

/// The built-in world with a principal of fabrikam that holds nothing, and an identity there.
async fn with_a_stranger_abroad() -> (Azure, String) {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    let stranger = json!({ "name": "fabrikam-stranger", "type": "ServicePrincipal" });
    world["tenants"][1]["principals"].as_array_mut().unwrap().push(stranger);
    let azure = Azure::with_world(&world).await;
    let identity = format!("{RG_FABRIKAM}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/abroad");
    azure.caller("fabrikam-owner").put(&identity, json!({ "location": "eastus" })).await.has_status(201);
    (azure, identity)
}

async fn sent(azure: &Azure, method: Method, path: &str, body: Option<&Value>, auxiliary: &str) -> Answer {
    let bytes = body.map(|body| body.to_string().into_bytes());
    azure.owner().send_bytes(method, path, bytes, &[("content-type", "application/json"), (HEADER, auxiliary)]).await
}

#[tokio::test]
async fn each_token_is_verified_as_the_callers_own_is() {
    let (azure, _) = with_a_stranger_abroad().await;
    let read = async |auxiliary: &str| sent(&azure, Method::GET, SUBSCRIPTION, None, auxiliary).await;
    read("Bearer fabrikam-owner").await.has_status(200);
    read("Bearer fabrikam-owner, Bearer owner; Bearer reader").await.has_status(200);
    read("Bearer fabrikam-owner, Bearer a.b.c").await.is_refused(401, "InvalidAuthenticationToken");
    read("Bearer nobody-there").await.is_refused(401, "InvalidAuthenticationToken");
    for wrong in ["Basic fabrikam-owner", "fabrikam-owner", "Bearer owner, Bearer owner, Bearer owner, Bearer owner"] {
        let answer = read(wrong).await;
        answer
            .is_refused(401, "AuthenticationFailedInvalidHeader")
            .says("Authentication failed. The 'x-ms-authorization-auxiliary' header is provided in an invalid format.");
        assert!(answer.header("www-authenticate").is_some(), "{answer:?}");
    }
    read("Bearer owner, EncryptedBearer owner").await.is_refused(501, "NotEmulated");
    let token = azure.sign_in(2, "contributor-secret", "https://management.azure.com/.default").await;
    read(&format!("Bearer {token}")).await.has_status(200);
    let of_graph = azure.sign_in(2, "contributor-secret", "https://graph.microsoft.com/.default").await;
    read(&format!("Bearer {of_graph}")).await.is_refused(401, "InvalidAuthenticationTokenAudience");
    // They give no access of their own.
    let (abroad, at_home) = ("/subscriptions/88888888-8888-8888-8888-888888888888", azure.caller("stranger"));
    sent(&azure, Method::GET, abroad, None, "Bearer fabrikam-owner").await.is_refused(401, "InvalidAuthenticationTokenTenant");
    at_home.send_bytes(Method::GET, RG_SHARED, None, &[(HEADER, "Bearer owner")]).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn what_is_linked_abroad_is_judged_by_who_asks_there() {
    let (azure, identity) = with_a_stranger_abroad().await;
    let mut body = json!({ "location": "eastus", "identity": { "type": "UserAssigned" } });
    body["identity"]["userAssignedIdentities"] = json!({ identity.as_str(): {} });
    let id = factory(RG_SHARED, "linked");
    let before = azure.export();
    for not_there in ["", "Bearer reader"] {
        let answer = sent(&azure, Method::PUT, &id, Some(&body), not_there).await;
        answer.is_refused(403, "LinkedAuthorizationFailed").by_rule("assigning-an-identity-needs-permission");
        assert!(answer.text().contains("is not authorized to access linked subscription"), "{answer:?}");
    }
    let answer = sent(&azure, Method::PUT, &id, Some(&body), "Bearer fabrikam-stranger").await;
    answer.is_refused(403, "LinkedAuthorizationFailed").by_rule("assigning-an-identity-needs-permission");
    assert!(answer.text().contains("it does not have permission to perform action"), "{answer:?}");
    // What becomes of an identity of another directory is Azure's own affair.
    let answer = sent(&azure, Method::PUT, &id, Some(&body), "Bearer reader, Bearer fabrikam-owner").await;
    answer.is_refused(501, "NotEmulated");
    assert!(answer.text().contains("identity of another tenant"), "{answer:?}");
    assert_eq!(azure.export(), before);
}
