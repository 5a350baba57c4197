//! `role-assignment-description-length`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn a_description_has_at_most_2_kb() {
    let azure = Azure::start().await;
    let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, 1));
    let described = |length: usize| {
        let mut body = grant(READER, "44444444-4444-4444-4444-000000000006");
        body["properties"]["description"] = "d".repeat(length).into();
        body
    };
    let answer = owner.is_refused(Method::PUT, &name, described(2_049), 400, "BadRequestFormat").await;
    answer.says("The request was incorrectly formatted.").by_rule("role-assignment-description-length");
    owner.put(&name, described(2_048)).await.has_status(201);
}
