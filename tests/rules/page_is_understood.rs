//! `page-is-understood`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_page_is_told_by_numbers_and_by_the_token_of_a_link() {
    let azure = Azure::start().await;
    let list = |query: &str| format!("{SUBSCRIPTION}/resources?{query}");
    for (name, value) in
        [("$top", "0"), ("$top", "-1"), ("$top", "abc"), ("$top", "1.5"), ("$skiptoken", "rubbish"), ("$skiptoken", "eyJmcm9tIjoieCJ9")]
    {
        let path = list(&format!("{name}={value}"));
        let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 400, "InvalidQueryParameterValue").await;
        answer.by_rule("page-is-understood").says(&format!("Invalid {name} '{value}' specified in the query string."));
    }
    for query in ["$top=1", "$top=4294967295", "$top=", "$skiptoken="] {
        azure.owner().get(&list(query)).await.has_status(200);
    }
    let entities = |skip: &str| format!("/providers/Microsoft.Management/getEntities?$skip={skip}");
    for skip in ["-1", "abc"] {
        let answer = azure.owner().is_refused(Method::POST, &entities(skip), Value::Null, 400, "InvalidQueryParameterValue").await;
        answer.by_rule("page-is-understood");
    }
    azure.owner().post(&entities("0"), Value::Null).await.has_status(200);
}
