//! `assignable-scope-is-an-id`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION, custom_role, role_definition};
use reqwest::Method;

#[tokio::test]
async fn neither_the_root_nor_a_wildcard_nor_a_name_is_an_assignable_scope() {
    let azure = Azure::start().await;
    let role = role_definition(SUBSCRIPTION, 1);
    for scope in
        ["/", "rg-shared", "/subscriptions", "/subscriptions/*", "/subscriptions/mine", "/providers/Microsoft.Management/managementGroups"]
    {
        let body = custom_role("Linker", &[SUBSCRIPTION, scope]);
        let answer = azure.owner().is_refused(Method::PUT, &role, body, 400, "LinkedInvalidPropertyId").await;
        answer.by_rule("assignable-scope-is-an-id").says(&format!(
            "Property id '{scope}' at path 'properties.assignableScopes[1]' is invalid. Expect fully qualified resource Id that start with \
             '/subscriptions/{{subscriptionId}}' or '/providers/{{resourceProviderNamespace}}/'."
        ));
    }
    azure.owner().put(&role, custom_role("Linker", &[SUBSCRIPTION, RG_SHARED])).await.has_status(201);
}
