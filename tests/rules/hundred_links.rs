//! `hundred-links`

use adf_emulator_tests::{Azure, CONTRIBUTOR, grant, linked_to, role_assignment, runtime};
use reqwest::Method;

#[tokio::test]
async fn the_hundredth_link_is_made_and_the_next_is_not() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    azure.owner().put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    for number in 1..=100 {
        azure.owner().put(&runtime(&linking, &format!("linked-{number}")), linked_to(&shared)).await.has_status(200);
    }
    let next = runtime(&linking, "linked-101");
    azure.owner().is_refused(Method::PUT, &next, linked_to(&shared), 400, "BadRequest").await.by_rule("hundred-links");
    azure.owner().put(&runtime(&linking, "linked-7"), linked_to(&shared)).await.has_status(200);
    azure.owner().delete(&runtime(&linking, "linked-7")).await.has_status(200);
    azure.owner().put(&next, linked_to(&shared)).await.has_status(200);
}
