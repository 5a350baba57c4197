//! `role-assignment-names-role-and-principal`

use adf_emulator_tests::{Azure, RG_SHARED, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn a_missing_member_is_named_with_the_place_where_it_should_be() {
    let azure = Azure::start().await;
    let name = role_assignment(RG_SHARED, 1);
    for (body, missing, place) in [
        ("{\"properties\":{\"principalId\":\"44444444-4444-4444-4444-000000000006\"}}", "roleDefinitionId", "line 1, position 68"),
        ("{\n  \"properties\": {\n    \"roleDefinitionId\": \"}\"\n  }\n}", "principalId", "line 4, position 3"),
    ] {
        let before = azure.export();
        let headers = [("content-type", "application/json")];
        let answer = azure.owner().send_bytes(Method::PUT, &name, Some(body.as_bytes().to_vec()), &headers).await;
        answer.is_refused(400, "InvalidRequestContent").by_rule("role-assignment-names-role-and-principal");
        answer.says(&format!(
            "The content of your request was not valid, and the original object could not be deserialized. Exception message: \
             'Required property '{missing}' not found in JSON. Path 'properties', {place}.'"
        ));
        assert_eq!(azure.export(), before);
    }
}
