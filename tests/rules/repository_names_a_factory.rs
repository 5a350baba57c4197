//! `repository-names-a-factory`

use adf_emulator_tests::{Azure, RG_FABRIKAM, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_repository_is_set_at_a_factory_of_the_subscription_in_the_path() {
    let azure = Azure::start().await;
    let (own, other) = (factory(RG_SHARED, "sharing"), factory(RG_FABRIKAM, "fabrikam"));
    azure.owner().put(&own, factory_with_identity()).await.has_status(200);
    azure.caller("fabrikam-owner").put(&other, factory_with_identity()).await.has_status(200);
    let path = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/locations/East US/configureFactoryRepo");
    let repository = json!({
        "type": "FactoryVSTSConfiguration", "accountName": "ADF", "repositoryName": "repo", "collaborationBranch": "main", "rootFolder": "/",
        "lastCommitId": "", "projectName": "project", "tenantId": ""
    });
    let body = |id: &str| json!({ "factoryResourceId": id, "repoConfiguration": repository });
    let answer = azure.owner().post(&path, body(&own)).await.has_status(200).json();
    assert_eq!(answer["properties"]["repoConfiguration"], repository);
    assert_eq!(answer["properties"].get("factoryStatistics"), Some(&Value::Null), "written as null here");
    for id in [other.as_str(), RG_SHARED, "sharing", ""] {
        let answer = azure.owner().is_refused(Method::POST, &path, body(id), 400, "BadRequest").await;
        answer.by_rule("repository-names-a-factory");
    }
    azure.caller("reader").is_refused(Method::POST, &path, body(&own), 403, "AuthorizationFailed").await;
}
