//! `link-stays-a-link`

use adf_emulator_tests::{Azure, CONTRIBUTOR, grant, linked_to, role_assignment, runtime, self_hosted};
use reqwest::Method;

#[tokio::test]
async fn a_linked_runtime_gets_no_nodes_of_its_own_nor_one_with_nodes_a_link() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    azure.owner().put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let (linked, own) = (runtime(&linking, "linked"), runtime(&linking, "own"));
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
    azure.owner().put(&own, self_hosted()).await.has_status(200);
    for (id, body) in [(&linked, self_hosted()), (&own, linked_to(&shared))] {
        let answer = azure.owner().is_refused(Method::PUT, id, body, 400, "DataFactoryPropertyUpdateNotSupported").await;
        answer.by_rule("link-stays-a-link");
    }
    let mut described = linked_to(&shared);
    described["properties"]["description"] = "still linked".into();
    azure.owner().put(&linked, described).await.has_status(200);
}
