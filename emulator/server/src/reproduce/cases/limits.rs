//! Cases of how much there may be in a factory.
//!
//! Rules: `rules/limits.rs` of the core. What fills a factory comes with the world.

use serde_json::{Value, json};

use super::super::case::Case;
use super::{Cases, delete, put, sharing_factory, sql_server, with_identity};

pub(super) const CASES: Cases = &[("entities-per-factory", entities_per_factory)];

fn entities_per_factory(name: &'static str) -> Case {
    let service = |number: u32| format!("{}/linkedservices/ls{number}", sharing_factory());
    let mut resources = vec![json!({ "id": sharing_factory(), "body": with_identity() })];
    resources.extend((1..=5_000).map(|number| json!({ "id": service(number), "body": sql_server() })));
    Case::new(name, put(service(5_001), sql_server()))
        .in_world(json!({ "resources": Value::from(resources) }))
        .says("The factory 'sharing' already holds 5000 entities, which is the most that it may hold.")
        .passes_after("One of the five thousand is deleted.", [delete(service(1))])
}
