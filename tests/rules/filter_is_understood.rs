//! `filter-is-understood`

use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_filter_compares_known_properties_and_does_not_mix_tags_with_others() {
    let azure = Azure::start().await;
    let list = format!("{SUBSCRIPTION}/resources?$filter=");
    for filter in ["name", "size eq 'x'", "name eq 'x", "tagName eq 'a' and name eq 'b'"] {
        let answer =
            azure.owner().is_refused(Method::GET, &format!("{list}{filter}"), Value::Null, 400, "InvalidFilterInQueryString").await;
        answer.by_rule("filter-is-understood").says(&format!("Invalid $filter '{filter}' specified in the query string."));
    }
    for filter in ["", "name eq 'x'", "tagName eq 'a' and tagValue eq 'b'", "(name eq 'a') OR startswith(name,'b')"] {
        azure.owner().get(&format!("{list}{filter}")).await.has_status(200);
    }
}
