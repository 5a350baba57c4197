//! `resource-type-is-supported`

use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, deny, deny_assignment, grant, lock, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn behind_a_name_of_microsoft_authorization_stands_nothing() {
    let azure = Azure::start().await;
    let (owner, assignment) = (azure.owner(), role_assignment(RG_SHARED, 1));
    owner.put(&assignment, grant(READER, STRANGER)).await.has_status(201);
    // A name with slashes in it, such as the id of what is locked; the type is every second segment.
    let locks = lock(RG_SHARED, "/subscriptions/two/resourceGroups/three");
    for (method, path, found) in [
        (Method::GET, format!("{assignment}/y"), "roleAssignments/y"),
        (Method::PUT, format!("{assignment}/y/z"), "roleAssignments/y"),
        (Method::PUT, locks, "locks/two/three"),
    ] {
        let answer = owner.is_refused(method, &path, json!({}), 404, "ResourceTypeNotSupported").await;
        answer.by_rule("resource-type-is-supported").says(&format!("Unsupported resource type: 'Microsoft.Authorization/{found}'."));
        assert_eq!(answer.header("x-ms-failure-cause"), None);
    }
    owner.get(&assignment).await.has_status(200);
}

#[tokio::test]
async fn an_action_or_method_counts_only_in_the_versions_that_have_it() {
    let azure = Azure::start().await;
    let (owner, validate) = (azure.owner(), format!("{}/validate", role_assignment(RG_SHARED, 1)));
    for version in ["2022-04-01", "2020-04-01-preview"] {
        let path = format!("{validate}?api-version={version}");
        let answer = owner.is_refused(Method::POST, &path, grant(READER, STRANGER), 404, "ResourceTypeNotSupported").await;
        answer.says("Unsupported resource type: 'Microsoft.Authorization/roleAssignments/validate'.");
    }
    for version in ["2020-08-01-preview", "2020-10-01-preview"] {
        owner.post(&format!("{validate}?api-version={version}"), grant(READER, STRANGER)).await.has_status(200);
    }
    let id = deny_assignment(RG_SHARED, 1);
    let body = deny("d", &["Microsoft.DataFactory/factories/delete"], STRANGER);
    for version in ["2018-07-01-preview", "2022-04-01"] {
        for method in [Method::PUT, Method::DELETE] {
            let sent = if method == Method::PUT { body.clone() } else { Value::Null };
            owner.is_refused(method, &format!("{id}?api-version={version}"), sent, 405, "MethodNotAllowed").await;
        }
    }
    owner.put(&format!("{id}?api-version=2024-07-01-preview"), body).await.has_status(201);
    owner.get(&format!("{id}?api-version=2022-04-01")).await.has_status(200);
}
