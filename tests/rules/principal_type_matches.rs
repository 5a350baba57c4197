//! `principal-type-matches`

use adf_emulator_tests::{ADA, Azure, READER, RG_SHARED, STRANGER, deny, deny_assignment, grant, role_assignment};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn the_type_of_a_known_principal_must_be_its_own() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let mut body = grant(READER, "44444444-4444-4444-4444-000000000006");
    body["properties"]["principalType"] = "Group".into();
    let answer = owner.is_refused(Method::PUT, &name, body.clone(), 400, "UnmatchedPrincipalType").await;
    answer.by_rule("principal-type-matches").says(
        "The PrincipalId '44444444444444444444000000000006' has type 'ServicePrincipal' , which is different from specified PrinciaplType 'Group'.",
    );
    body["properties"]["principalType"] = "ServicePrincipal".into();
    owner.put(&name, body).await.has_status(201);
}

#[tokio::test]
async fn so_must_it_in_a_deny_assignment() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), deny_assignment(RG_SHARED, 1));
    let (engineers, everyone) = ("66666666-6666-6666-6666-000000000001", "00000000-0000-0000-0000-000000000000");
    let body = |id: &str, principal_type: &str| {
        let mut body = deny("d", &["Microsoft.DataFactory/factories/delete"], id);
        body["properties"]["principals"][0]["type"] = principal_type.into();
        body["properties"]["excludePrincipals"] = json!([{ "id": ADA }]);
        body
    };
    for (id, principal_type) in [(engineers, "User"), (STRANGER, "User"), (STRANGER, "Group"), (everyone, "User")] {
        let answer = owner.is_refused(Method::PUT, &name, body(id, principal_type), 400, "UnmatchedPrincipalType").await;
        answer.by_rule("principal-type-matches");
    }
    for (id, principal_type) in [(STRANGER, "Foo"), (STRANGER, "SystemDefined")] {
        let answer = owner.is_refused(Method::PUT, &name, body(id, principal_type), 400, "BadRequestFormat").await;
        answer.by_rule("principal-type-is-known");
    }
    owner.put(&name, body(everyone, "systemdefined")).await.has_status(201);
    owner.put(&name, body(STRANGER, "ServicePrincipal")).await.has_status(201);
}
