//! The page of the emulator's own endpoints: each request of its table is answered.
//!
//! What the endpoints answer is tested beside them; here only that page and program name the same ones.

use adf_emulator_tests::Azure;
use reqwest::Method;
use serde_json::json;

const PAGE: &str = include_str!("../../docs/control.md");

/// Returns the requests in code marks of a text, such as `GET clock`.
fn requests(text: &str) -> Vec<(Method, String)> {
    let marked = text.split('`').skip(1).step_by(2);
    let request = |marked: &str| {
        let (method, path) = marked.split_once(' ')?;
        let is_method = ["GET", "PUT", "POST", "PATCH", "DELETE"].contains(&method);
        is_method.then(|| (method.parse().unwrap(), path.replace("{id}", "none").replace("{name}", "none")))
    };
    marked.filter_map(request).collect()
}

#[tokio::test]
async fn every_endpoint_of_the_page_is_there() {
    let azure = Azure::start().await;
    let rows: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| `")).map(|line| line.split(" | ").next().unwrap()).collect();
    let there = requests(&rows.join("\n"));
    assert!(there.len() > 15, "{there:?}");
    // Stopping comes last in the table, as it must.
    for (method, path) in there {
        let answer = azure.control(method.clone(), &path, &json!({})).await;
        let is_there = ![405, 501].contains(&answer.status()) && (answer.status() != 404 || path.contains("/none"));
        assert!(is_there, "{method} {path}: {answer:?}");
    }
}
