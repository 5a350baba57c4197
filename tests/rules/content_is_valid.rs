//! `content-is-valid`

use adf_emulator_core::rules::arm::CONTENT_LEVELS_MAX;
use adf_emulator_tests::world_with_management_groups;
use adf_emulator_tests::{ADA, Azure, READER, RG_SHARED, STRANGER, SUBSCRIPTION, TENANT, asks, custom_role, deny, deny_assignment};
use adf_emulator_tests::{eligibility_request, grant, lock, management_group, role_assignment, role_definition};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_body_is_well_formed_and_has_known_members() {
    let azure = Azure::start().await;
    let (owner, id, json) = (azure.owner(), format!("{SUBSCRIPTION}/resourceGroups/rg-valid"), [("content-type", "application/json")]);
    let before = azure.export();
    let invalid: [&[u8]; 6] = [
        b"{\"location\":",
        b"[]",
        b"{\"location\":\"\xFF\"}",
        br#"{"location":7}"#,
        br#"{"location":"eastus","tags":{"a":{}}}"#,
        br#"{"location":"eastus","tags":[]}"#,
    ];
    for body in invalid {
        let answer = owner.send_bytes(Method::PUT, &id, Some(body.to_vec()), &json).await;
        answer.is_refused(400, "InvalidRequestContent").by_rule("content-is-valid");
    }
    let unknown = br#"{"location":"eastus","AccountType":"x"}"#.to_vec();
    owner.send_bytes(Method::PUT, &id, Some(unknown), &json).await.is_refused(400, "InvalidRequestContent").says(
        "The request content was invalid and could not be deserialized: 'Could not find member 'AccountType' on object of type \
         'ResourceGroupDefinition'. Path 'AccountType', line 1, position 35.'.",
    );
    assert_eq!(azure.export(), before);
    // A repeated member counts as its last value; its name in any case.
    let repeated = br#"{"location":"mars","Location":"westus","location":"eastus"}"#.to_vec();
    assert_eq!(owner.send_bytes(Method::PUT, &id, Some(repeated), &json).await.has_status(201).json()["location"], "eastus");
}

#[tokio::test]
async fn the_message_is_that_of_azures_reader_with_path_line_and_position() {
    let azure = Azure::start().await;
    let (owner, id) = (azure.owner(), format!("{SUBSCRIPTION}/resourceGroups/rg-words"));
    for (body, sentence) in [
        ("", "Error reading JObject from JsonReader. Path '', line 0, position 0."),
        ("{\"location\":", "Unexpected end when setting location's value. Path 'location', line 1, position 12."),
        ("{\n  \"location\": \"eastus\n", "Unterminated string. Expected delimiter: \". Path 'location', line 3, position 0."),
        (
            "{\n  \"location\": \"eastus\"\n  \"tags\": {}\n}",
            "After parsing a value an unexpected character was encountered: \". Path 'location', line 3, position 2.",
        ),
        ("{\n  \"sku\": {} }", "Could not find member 'sku' on object of type 'ResourceGroupDefinition'. Path 'sku', line 2, position 8."),
        ("{\"location\": []}", "Error reading string. Unexpected token: StartArray. Path 'location', line 1, position 14."),
        (
            "{\"location\": \"eastus\",\n\"tags\": { \"a.b\": {} }}",
            "Error reading string. Unexpected token: StartObject. Path 'tags.a.b', line 2, position 18.",
        ),
        (
            "5",
            "Error converting value 5 to type 'Microsoft.WindowsAzure.ResourceStack.Frontdoor.Data.Definitions.ResourceDefinition'. Path \
             '', line 1, position 1.",
        ),
    ] {
        let answer = owner.send_bytes(Method::PUT, &id, Some(body.into()), &[("content-type", "application/json")]).await;
        let message = format!("The request content was invalid and could not be deserialized: '{sentence}'.");
        answer.is_refused(400, "InvalidRequestContent").says(&message).by_rule("content-is-valid");
    }
}

#[tokio::test]
async fn what_limits_access_is_never_dropped_for_being_of_another_type() {
    let azure = Azure::start().await;
    let owner = azure.owner();
    let assignment = |member: &str, value: Value| {
        let mut body = grant(READER, STRANGER);
        body["properties"][member] = value;
        (role_assignment(RG_SHARED, 1), body)
    };
    let role = |member: &str, value: Value| {
        let mut body = custom_role("Linker", &[SUBSCRIPTION]);
        body["properties"][member] = value;
        (role_definition(SUBSCRIPTION, 1), body)
    };
    let denied = |member: &str, value: Value| {
        let mut body = deny("d", &["Microsoft.DataFactory/factories/delete"], STRANGER);
        body["properties"][member] = value;
        (deny_assignment(RG_SHARED, 1), body)
    };
    for (id, body) in [
        assignment("condition", json!(5)),
        assignment("condition", json!({ "a": 1 })),
        assignment("conditionVersion", json!(2.0)),
        assignment("principalType", json!(5)),
        assignment("description", json!(7)),
        assignment("canDelegate", json!("no")),
        role("description", json!(7)),
        role("permissions", json!([{ "actions": ["*/read"], "condition": 5 }])),
        role("permissions", json!([5])),
        (role_definition(SUBSCRIPTION, 1), json!({ "properties": [] })),
        denied("condition", json!(5)),
        denied("doNotApplyToChildScopes", json!("true")),
        denied("excludePrincipals", json!(["x"])),
        denied("denyAssignmentEffect", json!(1)),
    ] {
        owner.is_refused(Method::PUT, &id, body, 400, "InvalidRequestContent").await.by_rule("content-is-valid");
    }
}

#[tokio::test]
async fn no_member_is_dropped_for_being_of_another_type() {
    let azure = Azure::with_world(&{
        let mut world = world_with_management_groups(&json!([{ "name": "mg" }]));
        world["resources"] = json!([{ "id": RG_SHARED, "body": { "location": "eastus" } }]);
        world
    })
    .await;
    let (root, group, tenant) = (azure.caller("root"), management_group("mg"), management_group(TENANT));
    let properties = |member: &str, value: Value| json!({ "properties": { member: value } });
    let policies = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleManagementPolicies?$filter=roleDefinitionId eq '{READER}'");
    let policy = root.get(&policies).await.has_status(200).json()["value"][0]["id"].as_str().unwrap().to_owned();
    let bound = format!("{}_{READER}", policy.replace("roleManagementPolicies", "roleManagementPolicyAssignments"));
    let request = |member: &str, value: Value| {
        let mut body = asks("AdminAssign", READER, ADA, "P30D");
        body["properties"][member] = value;
        (Method::PUT, eligibility_request(RG_SHARED, 1), body)
    };
    let tags = format!("{RG_SHARED}/providers/Microsoft.Resources/tags/default");
    let identity = format!("{RG_SHARED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1");
    for (method, id, body) in [
        (Method::PUT, management_group("new"), json!({ "properties": "x" })),
        (Method::PUT, management_group("new"), properties("displayName", json!(5))),
        (Method::PUT, management_group("new"), properties("details", json!([]))),
        (Method::PUT, management_group("new"), properties("details", json!({ "parent": group }))),
        (Method::PUT, group.clone(), properties("details", json!({ "parent": { "id": 5 } }))),
        (Method::PATCH, group.clone(), json!({ "displayName": true })),
        (Method::PATCH, group.clone(), json!({ "parentGroupId": ["x"] })),
        (Method::PATCH, group.clone(), json!({ "parentId": 1 })),
        (Method::PATCH, group.clone(), json!({ "parentGroupId": format!("/subscriptions/{TENANT}") })),
        (
            Method::PATCH,
            group.clone(),
            json!({ "parentId": format!("{RG_SHARED}/providers/Microsoft.Management/managementGroups/{TENANT}") }),
        ),
        (Method::PUT, management_group("new"), properties("details", json!({ "parent": { "id": format!("groups/{TENANT}") } }))),
        (Method::PUT, format!("{tenant}/settings/default"), properties("defaultManagementGroup", json!(5))),
        (Method::PATCH, format!("{tenant}/settings/default"), properties("requireAuthorizationForGroupCreation", json!("true"))),
        (Method::PATCH, format!("{tenant}/settings/default"), json!({ "properties": [] })),
        (Method::PUT, lock(RG_SHARED, "l"), properties("level", json!(1))),
        (Method::PUT, lock(RG_SHARED, "l"), json!({ "properties": "ReadOnly" })),
        (Method::PUT, lock(RG_SHARED, "l"), json!({ "properties": { "level": "ReadOnly" }, "foo": 1 })),
        (Method::PUT, tags.clone(), json!({ "properties": { "tags": {} }, "foo": 1 })),
        (Method::PATCH, tags.clone(), json!({ "operation": "Merge", "properties": { "tags": {} }, "foo": 1 })),
        (Method::PUT, tags, json!({ "properties": "x" })),
        (Method::PUT, lock(RG_SHARED, "l"), json!({ "properties": { "level": "ReadOnly", "notes": 5 } })),
        (Method::PATCH, policy.clone(), json!({ "properties": "x" })),
        (Method::PATCH, policy.clone(), properties("description", json!(5))),
        (Method::PUT, bound, properties("policyId", json!(5))),
        request("justification", json!(5)),
        request("ticketInfo", json!("x")),
        request("condition", json!({})),
        (Method::PUT, identity, json!({ "location": "eastus", "properties": 5 })),
        (Method::POST, "/providers/Microsoft.Management/checkNameAvailability".to_owned(), json!({ "name": 5 })),
    ] {
        root.is_refused(method, &id, body, 400, "InvalidRequestContent").await.by_rule("content-is-valid");
    }
}

#[tokio::test]
async fn a_body_is_nested_as_deep_as_a_world_file_can_hold() {
    let azure = Azure::start().await;
    let factory = format!("{SUBSCRIPTION}/resourceGroups/rg-shared/providers/Microsoft.DataFactory/factories/deep");
    // The body, its properties, the map of parameters and the parameter are four levels around the value.
    let body = |levels: usize| {
        let value = format!("{}{}", "[".repeat(levels - 4), "]".repeat(levels - 4));
        format!(r#"{{"location":"eastus","properties":{{"globalParameters":{{"p":{{"type":"array","value":{value}}}}}}}}}"#).into_bytes()
    };
    let (owner, json) = (azure.owner(), [("content-type", "application/json")]);
    let send = |levels: usize| owner.send_bytes(Method::PUT, &factory, Some(body(levels)), &json);
    send(CONTENT_LEVELS_MAX + 1).await.is_refused(400, "InvalidRequestContent").by_rule("content-is-valid");
    send(100_000).await.is_refused(400, "InvalidRequestContent").by_rule("content-is-valid");
    send(CONTENT_LEVELS_MAX).await.has_status(200);
    let world = azure.export();
    assert_eq!(Azure::with_world(&serde_json::from_str(&world).unwrap()).await.export(), world);
}
