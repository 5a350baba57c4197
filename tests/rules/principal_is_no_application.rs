//! `principal-is-no-application`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_role_goes_to_the_service_principal_and_not_to_the_registration() {
    let azure = Azure::start().await;
    let made = async |path: &str, body: Value| azure.graph("owner", Method::POST, path, &body).await.has_status(201).json();
    let application = made("applications", json!({ "displayName": "app" })).await;
    let service_principal = made("servicePrincipals", json!({ "appId": application["appId"] })).await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let registration = application["id"].as_str().unwrap();
    let mut body = grant(READER, registration);
    let answer = owner.is_refused(Method::PUT, &name, body.clone(), 400, "PrincipalTypeNotSupported").await;
    answer.by_rule("principal-is-no-application").says("Principals of type Application cannot validly be used in role assignments.");
    // Who says what it is, is told what it is.
    body["properties"]["principalType"] = "ServicePrincipal".into();
    owner.is_refused(Method::PUT, &name, body, 400, "UnmatchedPrincipalType").await.by_rule("principal-type-matches").says(&format!(
        "The PrincipalId '{}' has type 'Application' , which is different from specified PrinciaplType 'ServicePrincipal'.",
        registration.replace('-', "")
    ));
    owner.put(&name, grant(READER, service_principal["id"].as_str().unwrap())).await.has_status(201);
}
