//! `one-level-of-sharing`

use adf_emulator_tests::{
    Azure, CONTRIBUTOR, RG_LINKED, SUBSCRIPTION, factory, factory_with_identity, grant, linked_to, role_assignment, runtime, self_hosted,
};
use reqwest::Method;

#[tokio::test]
async fn a_linked_runtime_is_not_shared_on_and_none_is_linked_to_itself() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    let third = factory(RG_LINKED, "third");
    let made = azure.owner().put(&third, factory_with_identity()).await.has_status(200).json();
    let principal = made["identity"]["principalId"].as_str().unwrap();
    azure.owner().put(&role_assignment(SUBSCRIPTION, 2), grant(CONTRIBUTOR, principal)).await.has_status(201);
    let onward = runtime(&third, "onward");
    let answer = azure.owner().is_refused(Method::PUT, &onward, linked_to(&linked), 400, "BadRequest").await;
    answer.by_rule("one-level-of-sharing");
    azure.owner().put(&onward, linked_to(&shared)).await.has_status(200);

    let own = runtime(&third, "own");
    azure.owner().put(&own, self_hosted()).await.has_status(200);
    let answer = azure.owner().is_refused(Method::PUT, &own, linked_to(&own), 400, "BadRequest").await;
    answer.by_rule("one-level-of-sharing");
    azure.owner().put(&runtime(&third, "beside"), linked_to(&own)).await.has_status(200);
}
