//! `permission-condition-is-valid`

use adf_emulator_tests::{Azure, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn the_condition_of_a_permission_is_read_as_that_of_an_assignment() {
    let (azure, role) = (Azure::start().await, role_definition(SUBSCRIPTION, 1));
    let with = |condition: &str, version: &str| {
        let mut body = custom_role("Linker", &[SUBSCRIPTION]);
        body["properties"]["permissions"][0]["condition"] = condition.into();
        body["properties"]["permissions"][0]["conditionVersion"] = version.into();
        body
    };
    let condition = "@Resource[HasObotoken] boolequals true";
    for body in [with("@Resource[HasObotoken] boolequals", "2.0"), with(condition, "1.0"), with(&format!("{condition:8193}"), "2.0")] {
        let answer = azure.owner().is_refused(Method::PUT, &role, body, 400, "BadRequestFormat").await;
        answer.says("The given role assignment condition is invalid.").by_rule("permission-condition-is-valid");
    }
    let of = |name: &str| with(&format!("@Request[Microsoft.Authorization/roleAssignments:{name}] StringEquals 'x'"), "2.0");
    let answer = azure.owner().is_refused(Method::PUT, &role, of("Role"), 400, "BadRequestFormat").await;
    answer.by_rule("permission-condition-is-valid").says("Request attribute Microsoft.Authorization/roleAssignments:Role is not valid.");
    azure.owner().put(&role, of("PrincipalType")).await.has_status(201);
    azure.owner().put(&role, with(&format!("{condition:8192}"), "2.0")).await.has_status(201);
}
