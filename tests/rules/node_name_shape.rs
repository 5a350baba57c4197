//! `node-name-shape`

use adf_emulator_tests::Azure;

#[tokio::test]
async fn a_nodes_name_has_1_to_150_letters_digits_dashes_and_underscores() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let [key, _] = azure.auth_keys(&shared).await;
    for name in ["n", "Node_1-a", &"n".repeat(150)] {
        azure.register_node(&key, name).await.has_status(201);
    }
    let before = azure.export();
    for name in ["_n", "-n", "n.1", "n 1", &"n".repeat(151)] {
        azure.register_node(&key, name).await.is_refused(400, "BadRequest").by_rule("node-name-shape");
    }
    assert_eq!(azure.export(), before);
}
