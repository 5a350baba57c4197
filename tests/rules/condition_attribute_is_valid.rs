//! `condition-attribute-is-valid`

use adf_emulator_tests::{Azure, READER, RG_SHARED, grant, role_assignment};
use reqwest::Method;

#[tokio::test]
async fn an_attribute_has_a_whole_marker_and_is_one_that_role_assignments_have() {
    let (azure, name) = (Azure::start().await, role_assignment(RG_SHARED, 1));
    let conditioned = |source: &str, attribute: &str| {
        let mut body = grant(READER, "44444444-4444-4444-4444-000000000006");
        body["properties"]["condition"] = format!("NOT (@{source}[{attribute}] StringEquals 'a')").into();
        body
    };
    let tags = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags";
    for (source, attribute) in [
        ("Resource", format!("{tags}:Project<$>")),
        ("Resource", format!("{tags}&$keys$")),
        ("Request", "Microsoft.Authorization/roleAssignments:Scope".to_owned()),
        ("Resource", "microsoft.authorization/roleassignments:PrincipalType&$keys$&".to_owned()),
    ] {
        let body = conditioned(source, &attribute);
        let answer = azure.owner().is_refused(Method::PUT, &name, body, 400, "BadRequestFormat").await;
        answer.says(&format!("{source} attribute {attribute} is not valid.")).by_rule("condition-attribute-is-valid");
    }
    for (source, attribute) in [
        ("Resource", format!("{tags}:Project<$key_case_sensitive$>")),
        ("Request", format!("{tags}&$keys$&")),
        ("Request", "microsoft.authorization/roleassignments:principaltype".to_owned()),
        ("Resource", "HasObotoken".to_owned()),
    ] {
        azure.owner().put(&name, conditioned(source, &attribute)).await.has_status(201);
    }
}
