//! `method-is-allowed`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_list_cannot_be_put() {
    let azure = Azure::start().await;
    let list = format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories");
    let answer = azure.owner().is_refused(Method::PUT, &list, json!({ "location": "eastus" }), 405, "MethodNotAllowed").await;
    answer.by_rule("method-is-allowed").says(&format!("The HTTP method 'PUT' is not supported on the resource '{list}'."));
    azure.owner().get(&list).await.has_status(200);
}
