//! `resource-group-is-not-being-deleted`

use adf_emulator_core::world_file::BUILT_IN;
use adf_emulator_tests::{Azure, RG_SHARED, factory};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn nothing_is_written_in_a_dying_group() {
    let mut world: Value = serde_json::from_str(BUILT_IN).unwrap();
    world["settings"]["operationDuration"] = "PT10M".into();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    let (owner, body) = (azure.owner(), json!({ "location": "eastus" }));
    let location = owner.delete(RG_SHARED).await.has_status(202).header("location").unwrap().to_owned();
    assert_eq!(owner.get(RG_SHARED).await.has_status(200).json()["properties"]["provisioningState"], "Deleting");
    for path in [RG_SHARED.to_owned(), factory(RG_SHARED, "f-late")] {
        let answer = owner.is_refused(Method::PUT, &path, body.clone(), 409, "ResourceGroupBeingDeleted").await;
        answer.by_rule("resource-group-is-not-being-deleted");
        answer.says("The resource group 'rg-shared' is in deprovisioning state and cannot perform this operation.");
    }
    let other_version = format!("{}?api-version=2011-06-01", factory(RG_SHARED, "f-late"));
    owner.is_refused(Method::PUT, &other_version, body.clone(), 400, "NoRegisteredProviderFound").await;
    // Body and location come before.
    let bad = json!({ "location": "eastus", "bad": 1 });
    owner.is_refused(Method::PUT, &factory(RG_SHARED, "f-late"), bad, 400, "InvalidRequestContent").await;
    owner.is_refused(Method::PUT, &factory(RG_SHARED, "f-late"), json!({}), 400, "LocationRequired").await;
    let poll = owner.get(&location).await;
    assert_eq!((poll.status(), poll.header("retry-after"), poll.header("location")), (202, Some("1"), Some(&*location)));
    azure.control(Method::PATCH, "clock", &json!({ "advance": "PT10M" })).await.has_status(200);
    owner.get(&location).await.has_status(200);
    owner.put(RG_SHARED, body).await.has_status(201);
}
