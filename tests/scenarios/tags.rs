//! Tags: those of a scope by themselves, and the names that a subscription offers.
//!
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources>.

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};

fn tags_of(scope: &str) -> String {
    format!("{scope}/providers/Microsoft.Resources/tags/default")
}

#[tokio::test]
async fn names_are_predefined_counted_and_taken_away() {
    let azure = Azure::start().await;
    let (owner, reader) = (azure.owner(), azure.caller("reader"));
    let names = format!("{SUBSCRIPTION}/tagNames");
    let name = format!("{names}/Env");
    let made = owner.put(&name, Value::Null).await.has_status(201).json();
    assert_eq!(made, json!({ "id": name, "tagName": "Env", "count": { "type": "Total", "value": 0 }, "values": [] }));
    assert_eq!(owner.put(&format!("{names}/env"), Value::Null).await.has_status(200).json(), made, "the first spelling stays");
    let value = format!("{name}/tagValues/test");
    let made = owner.put(&format!("{names}/ENV/tagValues/test"), Value::Null).await.has_status(201).json();
    assert_eq!(made, json!({ "id": value, "tagValue": "test", "count": { "type": "Total", "value": 0 } }));
    owner.put(&value, Value::Null).await.has_status(200);

    let adf = factory(RG_SHARED, "tagged");
    owner.put(&adf, factory_with_identity()).await.has_status(200);
    owner.patch(&adf, json!({ "tags": { "env": "test" } })).await.has_status(200);
    owner.patch(RG_LINKED, json!({ "tags": { "ENV": "live", "team": "data" } })).await.has_status(200);
    owner.put(&tags_of(SUBSCRIPTION), json!({ "properties": { "tags": { "env": "test" } } })).await.has_status(200);
    let listed = owner.get(&names).await.has_status(200).json();
    let count = |value: u32| json!({ "type": "Total", "value": value });
    let env = &listed["value"][0];
    assert_eq!((&env["tagName"], &env["count"]), (&json!("Env"), &count(3)));
    assert_eq!((&env["values"][0]["tagValue"], &env["values"][0]["count"]), (&json!("live"), &count(1)));
    assert_eq!((&env["values"][1]["tagValue"], &env["values"][1]["count"]), (&json!("test"), &count(2)));
    assert_eq!((&listed["value"][1]["tagName"], &listed["value"][1]["count"]), (&json!("team"), &count(1)));

    assert_eq!(reader.get(&names).await.has_status(200).json(), listed);
    reader.is_refused(Method::PUT, &format!("{names}/other"), Value::Null, 403, "AuthorizationFailed").await;
    reader.is_refused(Method::DELETE, &value, Value::Null, 403, "AuthorizationFailed").await;
    let again = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(again.export(), azure.export());
    assert_eq!(again.owner().get(&names).await.json(), listed);
    owner.is_refused(Method::PUT, &format!("{names}/a%3Cb"), Value::Null, 400, "InvalidTagNameCharacters").await;
    let long = format!("{name}/tagValues/{}", "v".repeat(257));
    owner.is_refused(Method::PUT, &long, Value::Null, 400, "InvalidTagValueLength").await;
}

#[tokio::test]
async fn tags_of_a_scope_are_replaced_merged_and_taken_away() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let tags = tags_of(RG_SHARED);
    let body = |tags: Value| json!({ "properties": { "tags": tags } });
    let patch = async |operation: &str, sent: Value| {
        let body = json!({ "operation": operation, "properties": { "tags": sent } });
        owner.patch(&tags, body).await.has_status(200).json()["properties"]["tags"].clone()
    };
    let made = owner.put(&tags, body(json!({ "Dept": "IT", "Status": "Normal" }))).await.has_status(200).json();
    assert_eq!((&made["id"], &made["name"], &made["type"]), (&json!(tags), &json!("default"), &json!("Microsoft.Resources/tags")));
    assert_eq!(
        patch("Merge", json!({ "dept": "Finance", "Team": "Web" })).await,
        json!({ "Dept": "Finance", "Status": "Normal", "Team": "Web" })
    );
    assert_eq!(patch("Delete", json!({ "DEPT": "IT", "team": "Web" })).await, json!({ "Dept": "Finance", "Status": "Normal" }));
    assert_eq!(patch("Delete", json!({ "Status": "" })).await, json!({ "Dept": "Finance" }), "a name alone is enough");
    assert_eq!(patch("Replace", json!({ "Only": "this" })).await, json!({ "Only": "this" }));
    assert_eq!(owner.get(RG_SHARED).await.json()["tags"], json!({ "Only": "this" }));
    let fifty: Value = (0..50).map(|number| (format!("t{number}"), json!(""))).collect::<serde_json::Map<_, _>>().into();
    let over = json!({ "operation": "Merge", "properties": { "tags": fifty } });
    owner.is_refused(Method::PATCH, &tags, over, 400, "InvalidTagCount").await;
    owner.delete(&tags).await.has_status(200);
    assert_eq!(owner.get(&tags).await.has_status(200).json()["properties"]["tags"], json!({}));
}
