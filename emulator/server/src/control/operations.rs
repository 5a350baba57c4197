//! `GET operations`: what is emulated of Azure's APIs, wholly, partly or not.
//!
//! Made from the table by which requests are answered, so that it cannot promise more.

use serde_json::{Value, json};

use super::{Answer, ControlRequest, ok};
use crate::arm::routes::{self, Access, Operation, Run};

/// Lists all operations that are known.
pub fn list(_request: &ControlRequest<'_>) -> Answer {
    let value: Vec<Value> = routes::all().map(entry).collect();
    Ok(ok(&json!({ "value": value })))
}

fn entry(operation: &Operation) -> Value {
    let action = match operation.access {
        Access::NamespaceAction(action) => Some(format!("{{resourceProviderNamespace}}/{action}")),
        access => access.action().map(str::to_owned),
    };
    let emulated = match operation.run {
        Run::NotEmulated => "no",
        Run::Read(_) | Run::Write(_) if operation.note.is_empty() => "full",
        Run::Read(_) | Run::Write(_) => "partial",
    };
    json!({
        "operation": operation.name,
        "method": operation.method.as_str(),
        "path": operation.path,
        "action": action,
        "emulated": emulated,
        "note": operation.note,
    })
}
