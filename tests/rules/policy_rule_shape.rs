//! `policy-rule-shape`

use adf_emulator_tests::{Azure, READER, RG_SHARED, policy_of};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_rule_keeps_its_id_its_type_and_the_sort_of_its_values() {
    let azure = Azure::start().await;
    let policy = policy_of(&azure, RG_SHARED, READER).await;
    let before = azure.owner().get(&policy).await.text().to_owned();
    let expiration = "Expiration_Admin_Assignment";
    for (rules, id, why) in [
        (json!({}), "rules", "It has to be a list of rules."),
        (json!([1]), "", "There is no rule of this id."),
        (json!([{ "id": "Expiration_Nobody" }]), "Expiration_Nobody", "There is no rule of this id."),
        (
            json!([{ "id": expiration, "ruleType": "RoleManagementPolicyApprovalRule" }]),
            expiration,
            "The ruleType of a rule cannot be changed.",
        ),
        (json!([{ "id": expiration, "isExpirationRequired": "false" }]), expiration, "A member is of another sort than before."),
        (
            json!([{ "id": expiration, "maximumDuration": "P0D" }]),
            expiration,
            "The maximumDuration has to be an ISO 8601 duration, such as PT8H or P30D.",
        ),
        (
            json!([{ "id": expiration, "exceptionMembers": [{ "id": "ada" }] }]),
            expiration,
            "The exceptionMembers have to be a list of objects whose id is an object id.",
        ),
        (
            json!([{ "id": "Enablement_Admin_Assignment", "enabledRules": ["Reason"] }]),
            "Enablement_Admin_Assignment",
            "The enabledRules are MultiFactorAuthentication, Justification and Ticketing.",
        ),
    ] {
        let body = json!({ "properties": { "rules": rules } });
        let answer = azure.owner().is_refused(Method::PATCH, &policy, body, 400, "InvalidPolicyRule").await;
        answer.says(&format!("The policy rule '{id}' is invalid. {why}")).by_rule("policy-rule-shape");
    }
    assert_eq!(azure.owner().get(&policy).await.text(), before);
    let body = json!({ "properties": { "rules": [{ "id": expiration, "maximumDuration": "P15D" }] } });
    azure.owner().patch(&policy, body).await.has_status(200);
}
