//! `etag-matches`

use adf_emulator_tests::{Azure, RG_SHARED, factory, factory_with_identity};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_write_with_if_match_needs_the_etag_that_is_there() {
    let azure = Azure::start().await;
    let (owner, factory) = (azure.owner(), factory(RG_SHARED, "sharing"));
    let service = format!("{factory}/linkedservices/one");
    let put = async |path: &str, body: &Value, etag: &str| {
        owner
            .send_bytes(Method::PUT, path, Some(body.to_string().into_bytes()), &[("content-type", "application/json"), ("if-match", etag)])
            .await
    };
    let body = json!({ "properties": { "type": "SqlServer" } });
    owner.put(&factory, factory_with_identity()).await.has_status(200);
    put(&service, &body, "\"00000001-0000-0000-0000-000000000000\"").await.is_refused(412, "PreconditionFailed").by_rule("etag-matches");
    for (path, body, member) in [(&factory, factory_with_identity(), "eTag"), (&service, body, "etag")] {
        let made = put(path, &body, "*").await.has_status(200).json();
        let etag = made[member].as_str().unwrap();
        put(path, &body, etag).await.has_status(200);
        let before = azure.export();
        let stale = put(path, &body, "\"00000001-0000-0000-0000-000000000000\"").await;
        stale.is_refused(412, "PreconditionFailed").by_rule("etag-matches");
        assert_eq!(azure.export(), before);
        let unchanged = owner.send_bytes(Method::GET, path, None, &[("if-none-match", etag)]).await;
        assert_eq!((unchanged.status(), unchanged.text()), (304, ""));
        owner.send_bytes(Method::GET, path, None, &[("if-none-match", "\"other\"")]).await.has_status(200);
    }
}
