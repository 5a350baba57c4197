//! `parent-resource-exists`

use adf_emulator_tests::{Azure, RG_SHARED, factory, runtime, self_hosted};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_runtime_needs_its_factory() {
    let azure = Azure::start().await;
    let parent = factory(RG_SHARED, "f-parent");
    let child = runtime(&parent, "runtime1");
    let answer = azure.owner().is_refused(Method::PUT, &child, self_hosted(), 404, "ParentResourceNotFound").await;
    answer.by_rule("parent-resource-exists");
    answer.says("Can not perform requested operation on nested resource. Parent resource 'f-parent' not found.");
    azure.owner().put(&parent, json!({ "location": "eastus" })).await.has_status(200);
    azure.owner().put(&child, self_hosted()).await.has_status(200);
}
