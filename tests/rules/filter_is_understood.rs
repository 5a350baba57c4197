//! `filter-is-understood`

use adf_emulator_tests::{Azure, SUBSCRIPTION, management_group, world_with_management_groups};
use reqwest::Method;
use serde_json::{Value, json};

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

/// A filter of a management group's children that is not read would hide some of them.
#[tokio::test]
async fn a_filter_of_children_names_subscriptions() {
    let azure = Azure::with_world(&world_with_management_groups(&json!([{ "name": "one" }]))).await;
    let root = azure.caller("root");
    let list = format!("{}?$expand=children&$filter=", management_group("one"));
    for filter in ["rubbish", "x ne subscription y"] {
        let answer = root.is_refused(Method::GET, &format!("{list}{filter}"), Value::Null, 400, "InvalidFilterInQueryString").await;
        answer.by_rule("filter-is-understood").says(&format!("Invalid $filter '{filter}' specified in the query string."));
    }
    root.get(&format!("{list}children.childType ne Subscription")).await.has_status(200);
}
