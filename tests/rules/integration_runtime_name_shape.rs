//! `integration-runtime-name-shape`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity, runtime, self_hosted};
use reqwest::Method;

#[tokio::test]
async fn a_runtimes_name_has_3_to_63_letters_digits_and_single_dashes_inside() {
    let azure = Azure::start().await;
    let factory = factory(RG_SHARED, "sharing");
    azure.owner().put(&factory, factory_with_identity()).await.has_status(200);
    for name in ["abc", "a-1", &"z".repeat(63)] {
        azure.owner().put(&runtime(&factory, name), self_hosted()).await.has_status(200);
    }
    for name in ["ab", &"z".repeat(64), "-abc", "abc-", "a--b", "a_b"] {
        let answer = azure.owner().is_refused(Method::PUT, &runtime(&factory, name), self_hosted(), 400, "BadRequest").await;
        answer.by_rule("integration-runtime-name-shape");
    }
}
