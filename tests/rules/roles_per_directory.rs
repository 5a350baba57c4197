//! `roles-per-directory`

use adf_emulator_tests::{Azure, RG_FABRIKAM, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;
use serde_json::{Value, json};

/// The last one fits: 4,999 come from the world file, one more over HTTP. Those of another tenant do not count.
#[tokio::test]
async fn a_tenant_has_5000_custom_roles_and_not_one_more() {
    let mut world: Value = serde_json::from_str(&Azure::start().await.export()).unwrap();
    let role = |number: u32| json!({ "id": role_definition(SUBSCRIPTION, number), "body": custom_role(&format!("{number} role"), &[SUBSCRIPTION]) });
    world["resources"].as_array_mut().unwrap().extend((1..5_000).map(role));
    let azure = Azure::with_world(&world).await;
    let (owner, fabrikam) = (azure.owner(), azure.caller("fabrikam-owner"));
    fabrikam.put(&role_definition(RG_FABRIKAM, 6_000), custom_role("theirs", &[RG_FABRIKAM])).await.has_status(201);
    owner.put(&role_definition(SUBSCRIPTION, 5_000), custom_role("last", &[SUBSCRIPTION])).await.has_status(201);
    let too_many = role_definition(SUBSCRIPTION, 5_001);
    let body = custom_role("too many", &[SUBSCRIPTION]);
    let answer = owner.is_refused(Method::PUT, &too_many, body, 400, "RoleDefinitionLimitExceeded").await;
    answer.says("Role definition limit exceeded. No more role definitions can be created").by_rule("roles-per-directory");
    owner.put(&role_definition(SUBSCRIPTION, 5_000), custom_role("renamed", &[SUBSCRIPTION])).await.has_status(201);
    fabrikam.put(&role_definition(RG_FABRIKAM, 6_001), custom_role("theirs too", &[RG_FABRIKAM])).await.has_status(201);
}
