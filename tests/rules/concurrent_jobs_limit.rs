//! `concurrent-jobs-limit`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_node_runs_at_least_one_job_and_at_most_what_it_can() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    azure.node(&shared, "node1").await;
    let node = format!("{shared}/nodes/node1");
    let most = azure.owner().get(&node).await.has_status(200).json()["maxConcurrentJobs"].as_i64().unwrap();
    for limit in [json!(0), json!(most + 1), json!("2"), json!(1.5), json!(-1)] {
        let answer = azure.owner().is_refused(Method::PATCH, &node, json!({ "concurrentJobsLimit": limit }), 400, "BadRequest").await;
        answer.by_rule("concurrent-jobs-limit");
    }
    for limit in [1, most] {
        let patched = azure.owner().patch(&node, json!({ "concurrentJobsLimit": limit })).await.has_status(200).json();
        assert_eq!(patched["concurrentJobsLimit"], limit);
    }
}
