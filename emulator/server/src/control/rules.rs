//! `GET rules`: the documented limitations, with their evidence.
//!
//! Made from the rules that refuse, so that it cannot promise more.

use adf_emulator_core::rules;
use serde_json::{Value, json};

use super::{Answer, ControlRequest, ok};

/// Lists all rules.
pub fn list(_request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = rules::all()
        .map(|rule| {
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
        })
        .collect();
    Ok(ok(&json!({ "value": value })))
}
