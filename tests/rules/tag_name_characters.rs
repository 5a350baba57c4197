//! `tag-name-characters`

use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn some_characters_are_reserved() {
    let azure = Azure::start().await;
    for name in ["a<", "a>", "a%", "a&", "a\\", "a?", "a/", "a\n"] {
        let body = json!({ "tags": { name: "v" } });
        let answer = azure.owner().is_refused(Method::PATCH, RG_SHARED, body, 400, "InvalidTagNameCharacters").await;
        answer.by_rule("tag-name-characters");
        answer.says(&format!("The tag names '{name}' have reserved characters '<,>,%,&,\\,?,/' or control characters."));
    }
    azure.owner().patch(RG_SHARED, json!({ "tags": { "a:b.c-d_e f": "<any/value?>" } })).await.has_status(200);
}
