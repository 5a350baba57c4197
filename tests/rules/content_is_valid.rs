//! `content-is-valid`

use adf_emulator_core::rules::arm::CONTENT_LEVELS_MAX;
use adf_emulator_tests::{Azure, READER, RG_SHARED, STRANGER, SUBSCRIPTION, custom_role, deny, deny_assignment, grant};
use adf_emulator_tests::{role_assignment, role_definition};
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
         'ResourceGroupDefinition'. Path 'AccountType'.'.",
    );
    assert_eq!(azure.export(), before);
    // A repeated member counts as its last value; its name in any case.
    let repeated = br#"{"location":"mars","Location":"westus","location":"eastus"}"#.to_vec();
    assert_eq!(owner.send_bytes(Method::PUT, &id, Some(repeated), &json).await.has_status(201).json()["location"], "eastus");
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
