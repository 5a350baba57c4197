//! `link-needs-grant`

use adf_emulator_tests::{Azure, CONTRIBUTOR, READER, factory, grant, linked_to, role_assignment, runtime};
use reqwest::Method;
use serde_json::json;

const CODE: &str = "UnauthorizedIntegrationRuntimeAccess";

#[tokio::test]
async fn the_linking_factorys_identity_needs_contributor_and_reader_is_not_enough() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    let linked = runtime(&linking, "linked");
    let answer = azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, CODE).await;
    answer.by_rule("link-needs-grant").says(
        "Access denied. Unable to access shared integration runtime 'shared'. Please check whether this resource has been granted permission by \
         the shared integration runtime",
    );
    assert_eq!(answer.text(), json!({ "error": answer.json()["error"] }).to_string(), "all four keys, compact");
    azure.owner().put(&role_assignment(&shared, 1), grant(READER, &principal)).await.has_status(201);
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, CODE).await.by_rule("link-needs-grant");
    azure.owner().put(&role_assignment(&shared, 2), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
}

#[tokio::test]
async fn a_grant_from_above_counts_and_one_beside_does_not() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    let sharing = factory(adf_emulator_tests::RG_SHARED, "sharing");
    let sibling = runtime(&sharing, "sibling");
    azure.owner().put(&sibling, adf_emulator_tests::self_hosted()).await.has_status(200);
    azure.owner().put(&role_assignment(&sibling, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let linked = runtime(&linking, "linked");
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, CODE).await.by_rule("link-needs-grant");
    azure.owner().put(&role_assignment(&sharing, 2), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
}
