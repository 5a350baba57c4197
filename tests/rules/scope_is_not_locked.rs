//! `scope-is-not-locked`

use adf_emulator_tests::{
    Azure, CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, factory, grant, lock, role_assignment, runtime, self_hosted,
};
use reqwest::Method;
use serde_json::{Value, json};

fn says(scope: &str, operation: &str, locked: &str) -> String {
    format!(
        "The scope '{scope}' cannot perform {operation} operation because following scope(s) are locked: '{locked}'. Please remove the lock and \
         try again."
    )
}

#[tokio::test]
async fn what_is_locked_is_not_deleted_and_not_changed() {
    let azure = Azure::start().await;
    let (owner, held) = (azure.owner(), factory(RG_SHARED, "held"));
    let (east, level) = (json!({ "location": "eastus" }), |level: &str| json!({ "properties": { "level": level } }));
    owner.put(&held, east.clone()).await.has_status(200);
    let shared = runtime(&held, "shared");
    owner.put(&shared, self_hosted()).await.has_status(200);

    owner.put(&lock(&held, "keep"), level("CanNotDelete")).await.has_status(201);
    for scope in [held.as_str(), shared.as_str(), RG_SHARED] {
        let answer = owner.is_refused(Method::DELETE, scope, Value::Null, 409, "ScopeLocked").await;
        answer.says(&says(scope, "delete", &held)).by_rule("scope-is-not-locked");
    }
    owner.put(&held, east.clone()).await.has_status(200);
    owner.post(&format!("{shared}/listAuthKeys"), Value::Null).await.has_status(200);
    let role = role_assignment(&held, 1);
    owner.put(&role, grant(READER, STRANGER)).await.has_status(201);
    owner.is_refused(Method::DELETE, &role, Value::Null, 409, "ScopeLocked").await;
    // Neither does it become another role.
    let answer = owner.is_refused(Method::PUT, &role, grant(CONTRIBUTOR, STRANGER), 409, "ScopeLocked").await;
    answer.says(&says(&role, "delete", &held)).by_rule("scope-is-not-locked");
    owner.put(&role, grant(READER, STRANGER)).await.has_status(201);

    owner.put(&lock(&held, "keep"), level("ReadOnly")).await.has_status(200);
    let keys = format!("{shared}/listAuthKeys");
    for (method, path, body, scope) in [
        (Method::PUT, held.as_str(), east.clone(), held.as_str()),
        (Method::PATCH, held.as_str(), json!({ "tags": {} }), held.as_str()),
        (Method::POST, keys.as_str(), Value::Null, shared.as_str()),
    ] {
        let answer = owner.is_refused(method, path, body, 409, "ScopeLocked").await;
        answer.says(&says(scope, "write", &held)).by_rule("scope-is-not-locked");
    }
    owner.post(&format!("{shared}/getStatus"), Value::Null).await.has_status(200);
    owner.get(&held).await.has_status(200);
    owner.put(&factory(RG_SHARED, "other"), east.clone()).await.has_status(200);
    azure.caller("reader").put(&held, east.clone()).await.is_refused(403, "AuthorizationFailed");
    azure.caller("contributor").delete(&lock(&held, "keep")).await.is_refused(403, "AuthorizationFailed");
    azure.caller("access-admin").delete(&lock(&held, "keep")).await.has_status(200);
    owner.delete(&held).await.has_status(200);

    owner.put(&lock(SUBSCRIPTION, "all"), level("readonly")).await.has_status(201);
    owner.is_refused(Method::PUT, RG_LINKED, east, 409, "ScopeLocked").await.says(&says(RG_LINKED, "write", SUBSCRIPTION));
    owner.delete(&lock(SUBSCRIPTION, "ALL")).await.has_status(200);
    owner.delete(&lock(SUBSCRIPTION, "all")).await.has_status(204);
}

#[tokio::test]
async fn body_and_location_come_before_a_lock_and_what_else_there_is_after_it() {
    let azure = Azure::start().await;
    let (owner, new) = (azure.owner(), factory(RG_SHARED, "new"));
    owner.put(&lock(RG_SHARED, "all"), json!({ "properties": { "level": "ReadOnly" } })).await.has_status(201);
    for (path, body, status, code) in [
        (new.clone(), json!({ "bad": 1 }), 400, "InvalidRequestContent"),
        (new.clone(), json!({ "tags": {} }), 400, "LocationRequired"),
        (new.clone(), json!({ "location": "mars" }), 400, "LocationNotAvailableForResourceType"),
        (format!("{new}?api-version=2011-06-01"), json!({ "location": "eastus" }), 400, "NoRegisteredProviderFound"),
        (new.clone(), json!({ "location": "eastus" }), 409, "ScopeLocked"),
        // Neither the name's shape nor the missing parent is looked at any more.
        (factory(RG_SHARED, "-"), json!({ "location": "eastus" }), 409, "ScopeLocked"),
        (runtime(&new, "shared"), self_hosted(), 409, "ScopeLocked"),
        (role_assignment(RG_SHARED, 1), json!({}), 409, "ScopeLocked"),
    ] {
        owner.is_refused(Method::PUT, &path, body, status, code).await;
    }
    let deployment = format!("{RG_SHARED}/providers/Microsoft.Resources/deployments/d?api-version=2021-04-01");
    owner.is_refused(Method::PUT, &deployment, json!({ "properties": {} }), 409, "ScopeLocked").await;
    let answer = owner.send_bytes(Method::PUT, &deployment, Some(b"{".to_vec()), &[("content-type", "application/json")]).await;
    answer.is_refused(400, "InvalidRequestContent");
}
