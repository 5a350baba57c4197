//! `content-is-valid`

use adf_emulator_core::rules::arm::CONTENT_LEVELS_MAX;
use adf_emulator_tests::{Azure, SUBSCRIPTION};
use reqwest::Method;

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
