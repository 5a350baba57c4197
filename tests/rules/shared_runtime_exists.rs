//! `shared-runtime-exists`

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_SHARED, factory, grant, linked_to, role_assignment, runtime};
use reqwest::Method;

#[tokio::test]
async fn a_missing_runtime_is_refused_like_one_without_a_grant() {
    let azure = Azure::start().await;
    let (_, linking, principal) = azure.two_factories().await;
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let linked = runtime(&linking, "linked");
    let nowhere = "/subscriptions/00000000-0000-0000-0000-00000000dead/resourceGroups/g";
    for missing in [
        runtime(&factory(RG_SHARED, "sharing"), "missing"),
        runtime(&factory(RG_SHARED, "missing"), "missing"),
        runtime(&factory(nowhere, "missing"), "missing"),
    ] {
        let answer = azure.owner().is_refused(Method::PUT, &linked, linked_to(&missing), 401, "UnauthorizedIntegrationRuntimeAccess").await;
        answer.by_rule("shared-runtime-exists");
        assert!(answer.text().contains("'missing'"));
    }
}
