//! `sharing-within-one-tenant`

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_FABRIKAM, factory, factory_with_identity, grant, linked_to, role_assignment, runtime};
use reqwest::Method;

#[tokio::test]
async fn a_factory_of_another_tenant_cannot_link_even_with_a_role() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let fabrikam = azure.caller("fabrikam-owner");
    let abroad = factory(RG_FABRIKAM, "abroad");
    let made = fabrikam.put(&abroad, factory_with_identity()).await.has_status(200).json();
    let principal = made["identity"]["principalId"].as_str().unwrap();
    azure.owner().is_refused(Method::PUT, &role_assignment(&shared, 1), grant(CONTRIBUTOR, principal), 400, "PrincipalNotFound").await;
    let mut skipped = grant(CONTRIBUTOR, principal);
    skipped["properties"]["principalType"] = "ServicePrincipal".into();
    azure.owner().put(&role_assignment(&shared, 1), skipped).await.has_status(201);

    let linked = runtime(&abroad, "linked");
    let answer = fabrikam.is_refused(Method::PUT, &linked, linked_to(&shared), 401, "UnauthorizedIntegrationRuntimeAccess").await;
    answer.by_rule("sharing-within-one-tenant").says(
        "Access denied. Unable to access shared integration runtime 'shared'. Please check whether this resource has been granted permission by \
         the shared integration runtime",
    );
    assert_eq!(answer.header("www-authenticate"), None, "clients would fetch a new token and ask again");
}
