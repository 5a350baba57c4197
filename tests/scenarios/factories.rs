//! Factories from creation to deletion, in Azure's bytes.
//!
//! Steps of <https://learn.microsoft.com/azure/data-factory/quickstart-create-data-factory-rest-api> as far as they concern
//! the factory; forms of `datafactory-wire` 2.

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_LINKED, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

/// The built-in world at a standstill, so that times are known.
async fn frozen() -> Azure {
    let mut world: Value = serde_json::from_str(&Azure::start().await.export()).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00.5Z" });
    world["state"]["now"] = json!("2030-01-01T00:00:00.5Z");
    Azure::with_world(&world).await
}

#[tokio::test]
async fn a_factory_is_printed_in_azures_order_by_every_operation() {
    let azure = frozen().await;
    let (owner, id) = (azure.owner(), factory(RG_SHARED, "Contoso-Data"));
    let answer = owner.put(&id, json!({ "tags": { "a": "b" }, "location": "West Europe", "identity": { "type": "SystemAssigned" } })).await;
    let made = answer.has_status(200).json();
    let (etag, principal) = (made["eTag"].as_str().unwrap(), made["identity"]["principalId"].as_str().unwrap());
    assert!(etag.ends_with("-0000-0d00-0000-70dbd8800000\""), "region and time of the write: {etag}");
    let tenant = adf_emulator_tests::TENANT;
    let around = |more: &str, identity: &str| {
        format!(
            r#"{{"name":"Contoso-Data","id":"{id}","type":"Microsoft.DataFactory/factories","properties":{{"provisioningState":"Succeeded","createTime":"2030-01-01T00:00:00.5Z","version":"2018-06-01"{more}}},"eTag":{},"location":"West Europe","identity":{{"type":"SystemAssigned","principalId":"{principal}","tenantId":"{tenant}"{identity}}},"tags":{{"a":"b"}}}}"#,
            Value::from(etag)
        )
    };
    assert_eq!(answer.text(), around("", ""));
    let zeros = r#","factoryStatistics":{"totalResourceCount":0,"maxAllowedResourceCount":0,"factorySizeInGbUnits":0,"maxAllowedFactorySizeInGbUnits":0}"#;
    assert_eq!(owner.get(&id.to_lowercase()).await.text(), around(zeros, ""));
    let list = owner.get(&factory(RG_SHARED, "").replace("factories/", "factories")).await;
    assert_eq!(list.text(), format!(r#"{{"value":[{}]}}"#, around("", "")));
    let merged = owner.get(&format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/factories")).await;
    let element = around(r#","factoryStatistics":null"#, r#","userAssignedIdentities":null"#);
    assert_eq!(merged.text(), format!(r#"{{"value":[{element}],"nextLink":null}}"#));
}

#[tokio::test]
async fn a_factory_without_identity_has_no_such_member() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "plain");
    let made = azure.owner().put(&id, json!({ "location": "eastus" })).await.has_status(200).json();
    assert_eq!(made.get("identity"), None);
    assert_eq!(made["tags"], json!({}));
    let patched = azure.owner().patch(&id, json!({ "identity": { "type": "SystemAssigned" }, "tags": { "a": "b" } })).await;
    let patched = patched.has_status(200).json();
    assert_eq!((patched.get("identity"), &patched["tags"]), (None, &json!({ "a": "b" })), "an identity in a PATCH does nothing");
    assert_eq!(patched["properties"]["createTime"], made["properties"]["createTime"]);
    assert_ne!(patched["eTag"], made["eTag"]);
    let merged = azure.owner().get(&format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/factories")).await.json();
    assert_eq!(merged["value"][0].get("identity"), Some(&Value::Null), "the merged list writes nulls");
}

/// Terraform always sends these members, nulls included.
#[tokio::test]
async fn a_body_of_terraform_is_taken_twice_and_changes_nothing() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "terraformed");
    let properties = json!({ "globalParameters": {}, "publicNetworkAccess": "Enabled", "repoConfiguration": null });
    for identity in
        [json!({ "type": "None", "userAssignedIdentities": null }), json!({ "type": "SystemAssigned", "userAssignedIdentities": null })]
    {
        let body = json!({ "identity": identity, "location": "eastus", "properties": properties, "tags": {} });
        let first = azure.owner().put(&id, body.clone()).await.has_status(200).json();
        assert_eq!(first["properties"]["globalParameters"], json!({}));
        assert_eq!(first["properties"]["publicNetworkAccess"], "Enabled");
        assert_eq!(first["properties"].get("repoConfiguration"), None);
        assert_eq!(azure.owner().put(&id, body).await.has_status(200).json(), first);
    }
}

#[tokio::test]
async fn who_may_do_what_with_a_factory() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "sharing");
    for (caller, may) in
        [("stranger", false), ("reader", false), ("access-admin", false), ("factory-contributor", true), ("contributor", true)]
    {
        let answer = azure.caller(caller).put(&id, factory_with_identity()).await;
        assert_eq!(answer.status(), if may { 200 } else { 403 }, "{caller}");
    }
    azure.caller("reader").get(&id).await.has_status(200);
    azure.caller("stranger").is_refused(Method::GET, &id, Value::Null, 403, "AuthorizationFailed").await;
    azure.caller("reader").is_refused(Method::DELETE, &id, Value::Null, 403, "AuthorizationFailed").await;
    azure.caller("reader").is_refused(Method::PATCH, &id, json!({ "tags": {} }), 403, "AuthorizationFailed").await;
    azure.caller("fabrikam-owner").is_refused(Method::GET, &id, Value::Null, 401, "InvalidAuthenticationTokenTenant").await;
    azure.nobody().is_refused(Method::GET, &id, Value::Null, 401, "AuthenticationFailed").await;
}

#[tokio::test]
async fn a_factory_made_again_has_another_identity_and_none_of_its_rights() {
    let azure = Azure::start().await;
    let (owner, linking) = (azure.owner(), factory(RG_LINKED, "linking"));
    let principal = async || owner.put(&linking, factory_with_identity()).await.has_status(200).json()["identity"]["principalId"].clone();
    let first = principal().await;
    let assignment = role_assignment(RG_SHARED, 1);
    owner.put(&assignment, grant(CONTRIBUTOR, first.as_str().unwrap())).await.has_status(201);
    assert_eq!(principal().await, first, "a repeated PUT keeps it");
    owner.delete(&linking).await.has_status(200);
    owner.delete(&linking).await.has_status(204);
    let second = principal().await;
    assert_ne!(second, first);
    let kept = owner.get(&assignment).await.has_status(200).json();
    assert_eq!(kept["properties"]["principalId"], first, "an assignment outlives its principal");
    let gone = owner.put(&role_assignment(RG_SHARED, 2), grant(CONTRIBUTOR, first.as_str().unwrap())).await;
    gone.is_refused(400, "PrincipalNotFound");
}

#[tokio::test]
async fn role_assignments_at_a_factory_go_with_it() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), factory(RG_SHARED, "sharing"));
    owner.put(&id, factory_with_identity()).await.has_status(200);
    let assignment = role_assignment(&id, 1);
    owner.put(&assignment, grant(CONTRIBUTOR, "44444444-4444-4444-4444-000000000006")).await.has_status(201);
    azure.caller("stranger").get(&id).await.has_status(200);
    owner.delete(&id).await.has_status(200);
    owner.put(&id, factory_with_identity()).await.has_status(200);
    owner.get(&assignment).await.has_status(404);
    azure.caller("stranger").get(&id).await.has_status(403);
}

#[tokio::test]
async fn factories_are_listed_in_the_order_in_which_they_were_made() {
    let azure = frozen().await;
    for (group, name) in [(RG_SHARED, "zzz"), (RG_LINKED, "mmm"), (RG_SHARED, "aaa")] {
        azure.owner().put(&factory(group, name), json!({ "location": "eastus" })).await.has_status(200);
    }
    let list = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/factories");
    let names =
        |page: &Value| page["value"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&azure.owner().get(&list).await.json()), ["zzz", "mmm", "aaa"]);
    let first = azure.owner().get(&format!("{list}?$top=2")).await.json();
    assert_eq!(names(&first), ["zzz", "mmm"]);
    let next = azure.owner().get(first["nextLink"].as_str().unwrap()).await.json();
    assert_eq!((names(&next), &next["nextLink"]), (vec!["aaa".to_owned()], &Value::Null));
    let copy = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(copy.export(), azure.export());
    assert_eq!(copy.owner().get(&list).await.text(), azure.owner().get(&list).await.text());
}

#[tokio::test]
async fn a_factory_has_no_managed_virtual_network() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "sharing");
    let networks = format!("{id}/managedVirtualNetworks");
    azure.owner().get(&networks).await.is_refused(404, "ResourceNotFound");
    azure.owner().put(&id, factory_with_identity()).await.has_status(200);
    assert_eq!(azure.caller("reader").get(&networks).await.has_status(200).text(), r#"{"value":[]}"#);
    azure.owner().put(&format!("{networks}/default"), json!({ "properties": {} })).await.is_refused(501, "NotEmulated");
    azure.caller("stranger").get(&networks).await.is_refused(403, "AuthorizationFailed");
}
