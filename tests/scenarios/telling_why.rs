//! Every refusal says why in the journal, and which command shows more: by a rule or not, of whichever surface.
//!
//! What the wire says of each is tested where it is refused.

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, lock};
use reqwest::Method;
use serde_json::{Value, json};

const TENANT: &str = "11111111-1111-1111-1111-111111111111";

/// The journal's newest entry.
async fn last(azure: &Azure) -> Value {
    let entries = azure.control(Method::GET, "requests", &json!({})).await.has_status(200).json();
    entries["value"].as_array().unwrap().last().unwrap().clone()
}

async fn tells(azure: &Azure, status: u16, reason: &str, see: &str) {
    let entry = last(azure).await;
    assert_eq!(entry["status"], status, "{entry}");
    assert!(entry["code"].is_string(), "{entry}");
    assert!(entry["reason"].as_str().is_some_and(|it| it.contains(reason)), "{reason}: {entry}");
    assert!(entry["see"].as_str().is_some_and(|it| it.contains(see)), "{see}: {entry}");
}

#[tokio::test]
async fn a_token_that_is_no_good() {
    let azure = Azure::start().await;
    let doctor = format!("adf-emulator doctor --url {}", azure.url());
    azure.caller("nobody").get(RG_SHARED).await.has_status(401);
    tells(&azure, 401, "nor the name of a principal", &doctor).await;
    assert_eq!(last(&azure).await["rule"], "token-is-valid");
    azure.nobody().get(RG_SHARED).await.has_status(401);
    tells(&azure, 401, "no 'Authorization' header", &doctor).await;
    azure.caller("fabrikam-owner").get(RG_SHARED).await.has_status(401);
    tells(&azure, 401, "is of the tenant 99999999", &doctor).await;
    let of_graph = azure.sign_in(1, "owner-secret", "https://graph.microsoft.com/.default").await;
    azure.caller(&of_graph).get(RG_SHARED).await.has_status(401);
    tells(&azure, 401, "The token is for 'https://graph.microsoft.com", &doctor).await;
    let token = azure.sign_in(1, "owner-secret", "https://management.azure.com/.default").await;
    azure.advance("PT2H").await;
    azure.caller(&token).get(RG_SHARED).await.has_status(401);
    tells(&azure, 401, "expired at ", &doctor).await;
    azure.graph("nobody", Method::GET, "users", &Value::Null).await.has_status(401);
    tells(&azure, 401, "nor the name of a principal", &doctor).await;
}

#[tokio::test]
async fn a_request_that_resource_manager_refuses() {
    let azure = Azure::start().await;
    let (id, owner) = (factory(RG_SHARED, "told"), azure.owner());
    owner.get(&id).await.has_status(404);
    tells(&azure, 404, "", "adf-emulator reproduce ").await;
    let json_type = [("content-type", "application/json")];
    owner.send_bytes(Method::PUT, &id, Some(b"{".to_vec()), &json_type).await.has_status(400);
    tells(&azure, 400, "", "adf-emulator reproduce ").await;
    azure.caller("reader").put(&id, factory_with_identity()).await.has_status(403);
    tells(&azure, 403, "Reader does not name the action", "adf-emulator explain --url http").await;
    owner.put(&lock(RG_SHARED, "kept"), json!({ "properties": { "level": "ReadOnly" } })).await.has_status(201);
    owner.put(&id, factory_with_identity()).await.has_status(409);
    tells(&azure, 409, "", "adf-emulator reproduce ").await;
    owner.get(&format!("{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts")).await.has_status(501);
    tells(&azure, 501, " is not emulated.", "/_emulator/operations").await;
    azure.fetch("/metadata/endpoints").await.has_status(400);
    tells(&azure, 400, "", "adf-emulator reproduce ").await;
    azure.control(Method::PATCH, "settings", &json!({ "throttling": true })).await.has_status(200);
    let mut status = 200;
    for _ in 0..400 {
        status = azure.caller("reader").get(RG_SHARED).await.status();
        if status == 429 {
            break;
        }
    }
    assert_eq!(status, 429);
    tells(&azure, 429, "", "adf-emulator reproduce ").await;
}

#[tokio::test]
async fn a_sign_in_and_graph() {
    let azure = Azure::start().await;
    let token = format!("/{TENANT}/oauth2/v2.0/token");
    let client = ("client_id", "33333333-3333-3333-3333-000000000001");
    let scope = ("scope", "https://management.azure.com/.default");
    let form = [("grant_type", "client_credentials"), client, ("client_secret", "wrong"), scope];
    azure.post_form(&token, &form).await.has_status(401);
    tells(&azure, 401, "client secret", &format!("adf-emulator env --url {}", azure.url())).await;
    azure.fetch(&format!("/{TENANT}/saml2")).await.has_status(501);
    tells(&azure, 501, "", "/_emulator/operations").await;
    azure.control(Method::PATCH, "settings", &json!({ "managedIdentity": factory(RG_SHARED, "none") })).await.has_status(200);
    let of_machine = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/";
    azure.fetch_with(of_machine, ("Metadata", "true")).await.has_status(400);
    tells(&azure, 400, "the setting 'managedIdentity' names", "/_emulator/world?state=false").await;
    azure.graph("reader", Method::GET, "users/none", &Value::Null).await.has_status(404);
    tells(&azure, 404, "does not exist", "/_emulator/world?state=false").await;
    azure.graph("reader", Method::POST, "groups", &json!({})).await.has_status(403);
    tells(&azure, 403, "may not write to the directory", "/_emulator/world?state=false").await;
    azure.graph("eve", Method::GET, "users", &Value::Null).await.has_status(403);
    tells(&azure, 403, "", "adf-emulator reproduce guest-shares-by-identity").await;
}

#[tokio::test]
async fn a_fault_tells_of_itself_and_keeps_the_caller() {
    let azure = Azure::start().await;
    let wanted = json!({ "operation": "Factories_Get", "caller": "reader" });
    let add = |answer: Value| json!({ "match": wanted.clone(), "answer": answer });
    for answer in [json!({ "status": 503 }), json!({ "drop": "before" }), json!({ "status": 204 }), json!({ "malformed": true })] {
        azure.control(Method::DELETE, "requests", &json!({})).await.has_status(204);
        azure.control(Method::POST, "faults", &add(answer.clone())).await.has_status(201);
        let url = format!("{}{}?api-version=2018-06-01", azure.url(), factory(RG_SHARED, "f"));
        let _ = azure.client().get(url).bearer_auth("reader").send().await;
        let verified = json!({ "match": wanted, "exactly": 1 });
        let verified = azure.control(Method::POST, "requests/verify", &verified).await.has_status(200).json();
        assert_eq!(verified["ok"], true, "{answer}: {verified}");
        let entry = last(&azure).await;
        assert_eq!((&entry["caller"]["name"], &entry["operation"]), (&json!("reader"), &json!("Factories_Get")), "{answer}");
        if entry["code"] == "ServiceUnavailable" || entry["status"].is_null() {
            assert!(entry["reason"].as_str().unwrap().starts_with("The fault "), "{entry}");
            assert!(entry["see"].as_str().unwrap().ends_with("/_emulator/faults"), "{entry}");
        }
    }
}
