//! `role-name-is-unique`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn the_name_of_another_role_is_taken_whatever_its_case() {
    let azure = Azure::start().await;
    let (owner, first, second) = (azure.owner(), role_definition(SUBSCRIPTION, 1), role_definition(SUBSCRIPTION, 2));
    owner.put(&first, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201);
    for name in ["LINKER", "reader"] {
        let body = custom_role(name, &[SUBSCRIPTION]);
        let answer = owner.is_refused(Method::PUT, &second, body, 409, "RoleDefinitionWithSameNameExists").await;
        answer.by_rule("role-name-is-unique").says("A custom role with the same name already exists in this directory.");
    }
    owner.put(&second, custom_role("Linker 2", &[SUBSCRIPTION])).await.has_status(201);
    let body = custom_role("linker", &[SUBSCRIPTION]);
    let answer = owner.is_refused(Method::PUT, &second, body, 409, "RoleDefinitionWithSameNameExists").await;
    answer.by_rule("role-name-is-unique").says("A role definition cannot be updated with a name that already exists.");
    owner.put(&first, custom_role("LINKER", &[SUBSCRIPTION])).await.has_status(201);
    let fabrikam = "/subscriptions/88888888-8888-8888-8888-888888888888";
    azure.caller("fabrikam-owner").put(&role_definition(fabrikam, 3), custom_role("Linker", &[fabrikam])).await.has_status(201);
}
