//! `GET rules`: the documented limitations, with their evidence.
//!
//! Made from the rules that refuse, so that it cannot promise more.

use adf_emulator_core::rules::{self, Rule};
use serde_json::{Value, json};

use super::{Answer, ControlRequest, ok};

/// Lists all rules.
pub fn list(_request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = rules::all().map(shape).collect();
    Ok(ok(&json!({ "value": value })))
}

/// Returns a rule as this endpoint and the command `limitations` show it.
pub fn shape(rule: &Rule) -> Value {
    json!({
        "name": rule.name,
        "sentence": rule.sentence,
        "page": rule.page,
        "status": rule.status,
        "code": rule.code,
        "remedy": rule.remedy,
        "limitEvidence": rule.limit.grade(),
        "answerEvidence": rule.answer.grade(),
    })
}
