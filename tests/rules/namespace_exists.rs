//! `namespace-exists`

use adf_emulator_tests::{Azure, RG_SHARED, SUBSCRIPTION};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_namespace_that_nobody_has_is_refused() {
    let azure = Azure::start().await;
    for path in [format!("{SUBSCRIPTION}/providers/Contoso.Nothing"), format!("{RG_SHARED}/providers/Contoso.Nothing/things/t1")] {
        let answer = azure.owner().is_refused(Method::GET, &path, Value::Null, 404, "InvalidResourceNamespace").await;
        answer.by_rule("namespace-exists").says("The resource namespace 'Contoso.Nothing' is invalid.");
    }
    azure.owner().get(&format!("{SUBSCRIPTION}/providers/microsoft.datafactory")).await.has_status(200);
}
