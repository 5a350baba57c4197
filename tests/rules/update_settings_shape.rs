//! `update-settings-shape`

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn auto_update_is_on_or_off_and_its_delay_a_duration() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    for body in [
        json!({ "autoUpdate": "Sometimes" }),
        json!({ "autoUpdate": true }),
        json!({ "updateDelayOffset": "three hours" }),
        json!({ "updateDelayOffset": 3 }),
    ] {
        azure.owner().is_refused(Method::PATCH, &shared, body, 400, "BadRequest").await.by_rule("update-settings-shape");
    }
    let before = azure.owner().get(&shared).await.text().to_owned();
    // The Azure CLI sends the duration with quotation marks inside the text.
    let patched = azure.owner().patch(&shared, json!({ "autoUpdate": "Off", "updateDelayOffset": "\"PT3H\"" })).await;
    assert_eq!(patched.has_status(200).text(), before, "document and etag stay");
    let status = azure.owner().post(&format!("{shared}/getStatus"), Value::Null).await.json();
    let told = &status["properties"]["typeProperties"];
    assert_eq!((&told["autoUpdate"], &told["updateDelayOffset"]), (&json!("Off"), &json!("PT3H")));
}
