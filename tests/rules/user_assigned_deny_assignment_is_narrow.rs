//! `user-assigned-deny-assignment-is-narrow`

use adf_emulator_tests::{Azure, RG_SHARED, STRANGER, deny, deny_assignment};
use reqwest::Method;
use serde_json::json;

const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const EVERYONE: &str = "00000000-0000-0000-0000-000000000000";

#[tokio::test]
async fn what_only_azures_own_have_is_refused() {
    let azure = Azure::start().await;
    let id = deny_assignment(RG_SHARED, 1);
    let plain = deny("no deletions", &["Microsoft.DataFactory/factories/delete"], STRANGER);
    let stranger = json!({ "id": STRANGER, "type": "ServicePrincipal" });
    let everyone = json!([{ "id": EVERYONE, "type": "SystemDefined" }]);
    for (changed, says) in [
        (json!({ "doNotApplyToChildScopes": true }), "does not support doNotApplyToChildScopes."),
        (json!({ "isSystemProtected": true }), "does not support isSystemProtected."),
        (json!({ "condition": "@Resource[a:b] StringEquals 'c'" }), "does not support condition."),
        (json!({ "permissions": [{ "actions": ["a/b/write"], "dataActions": ["a/b/c"] }] }), "does not support dataActions."),
        (json!({ "permissions": [{ "actions": ["*/read"] }] }), "does not support read actions."),
        (json!({ "principals": [{ "id": ENGINEERS }] }), "does not support principals of type Group."),
        (json!({ "principals": [] }), "must have exactly one principal."),
        (json!({ "principals": [stranger, stranger] }), "must have exactly one principal."),
        (json!({ "principals": everyone }), "for everyone must have at least one excluded principal."),
        (json!({ "principals": everyone, "excludePrincipals": everyone }), "for everyone must have at least one excluded principal."),
        (json!({ "denyAssignmentEffect": "loud" }), "does not support denyAssignmentEffect 'loud'."),
    ] {
        let mut body = plain.clone();
        body["properties"].as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
        let answer = azure.owner().is_refused(Method::PUT, &id, body, 400, "UserAssignedDenyAssignmentPropertiesNotValid").await;
        answer.says(&format!("User assigned deny assignment {says}")).by_rule("user-assigned-deny-assignment-is-narrow");
    }
    // The Azure CLI sends an empty list where one principal is named.
    let mut named = plain.clone();
    named["properties"]["excludePrincipals"] = json!([]);
    azure.owner().put(&id, named).await.has_status(201);
    let mut body = plain;
    body["properties"].as_object_mut().unwrap().extend(
        json!({ "principals": everyone, "excludePrincipals": [stranger], "doNotApplyToChildScopes": false, "denyAssignmentEffect": "Enforced",
            "permissions": [{ "actions": ["*/write", "*/delete"], "notActions": ["*/read"] }] })
        .as_object()
        .unwrap()
        .clone(),
    );
    azure.owner().put(&id, body).await.has_status(201);
}
