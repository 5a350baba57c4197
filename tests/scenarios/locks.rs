//! Locks: put, listed from above, exported, and gone with what they lock.
//!
//! What they stand against is in `tests/rules/scope_is_not_locked.rs`. Follows
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources>.

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, SUBSCRIPTION, factory, lock};
use serde_json::{Value, json};

fn list(scope: &str, filter: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/locks?$filter={filter}&api-version=2016-09-01")
}

#[tokio::test]
async fn a_list_shows_what_is_locked_at_a_scope_and_below_or_above() {
    let azure = Azure::start().await;
    let (owner, held) = (azure.owner(), factory(RG_SHARED, "held"));
    owner.put(&held, json!({ "location": "eastus" })).await.has_status(200);
    let body = json!({ "properties": { "level": "CanNotDelete", "notes": "why" } });
    for (scope, name) in [(SUBSCRIPTION, "s"), (RG_SHARED, "g"), (RG_LINKED, "other"), (held.as_str(), "f")] {
        owner.put(&lock(scope, name), body.clone()).await.has_status(201);
    }
    let names = async |scope: &str, filter: &str| {
        let found = owner.get(&list(scope, filter)).await.has_status(200).json();
        let mut names: Vec<String> = found["value"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.join(" ")
    };
    assert_eq!(names(SUBSCRIPTION, "").await, "f g other s");
    assert_eq!(names(RG_SHARED, "").await, "f g");
    assert_eq!(names(&held, "atScope()").await, "f g s");
    owner.get(&list(RG_SHARED, "name eq 'g'")).await.has_status(400);
    let shown = owner.get(&lock(RG_SHARED, "G")).await.has_status(200).json();
    assert_eq!((&shown["name"], &shown["properties"]["notes"]), (&json!("g"), &json!("why")));
    assert_eq!(shown["systemData"]["createdByType"], "Application");
    let old = owner.get(&list(RG_SHARED, "")).await.json();
    assert_eq!(old["value"][0].get("systemData"), None);
    let written = azure.export();
    let again = Azure::with_world(&serde_json::from_str::<Value>(&written).unwrap()).await;
    assert_eq!(again.export(), written);
    for (scope, name) in [(SUBSCRIPTION, "s"), (RG_SHARED, "g"), (held.as_str(), "f")] {
        owner.delete(&lock(scope, name)).await.has_status(200);
    }
    owner.delete(RG_SHARED).await.has_status(202);
}
