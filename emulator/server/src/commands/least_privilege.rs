//! `least-privilege`: ask a running emulator what each principal needed for what it did, and tell it.
//!
//! What is needed stands in `control/least_privilege.rs`; here is how it reads.

use std::fmt::Write as _;
use std::process::ExitCode;

use serde_json::Value;

use super::ask::Emulator;
use super::explain::{list, tell, text};
use super::paragraphs::filled;
use super::{Failure, block_on};
use crate::config::LeastPrivilegeOptions;
use crate::shell::quoted;

/// Tells what each principal needed.
pub(super) fn run(options: &LeastPrivilegeOptions) -> Result<ExitCode, Failure> {
    let LeastPrivilegeOptions { emulator, principal, since, until, json } = options;
    let emulator = Emulator::at(emulator)?;
    let given = [("principal", principal), ("since", since), ("until", until)];
    let given = given.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
    let answer = emulator.json(&block_on(emulator.get(&format!("/_emulator/least-privilege?{query}")))?)?;
    tell(&answer, *json, || told(&answer))
}

fn told(answer: &Value) -> String {
    let mut said = String::new();
    // Writing to a String cannot fail.
    if let Some(dropped) = answer.get("dropped").and_then(Value::as_u64).filter(|dropped| *dropped > 0) {
        let _ = writeln!(said, "The journal has lost its {dropped} oldest requests, which are not counted.\n");
    }
    let each: Vec<String> = list(answer, "value").map(of_principal).collect();
    if each.is_empty() {
        said.push_str("nobody has asked for anything that needs a role\n");
    }
    said + &each.join("\n")
}

fn of_principal(it: &Value) -> String {
    let of = it.get("resource").and_then(Value::as_str).map(|resource| format!(", the identity of {resource}")).unwrap_or_default();
    let mut said = format!("{} ({} {}{of})\n", text(it, "principal"), text(it, "type"), text(it, "objectId"));
    for operation in list(it, "operations") {
        let requests = operation.get("requests").and_then(Value::as_u64).unwrap_or_default();
        let _ = writeln!(said, "  {:<8} {requests:>4} x {}", text(operation, "outcome"), text(operation, "action"));
        let _ = writeln!(said, "  {:<15} at {}", "", text(operation, "scope"));
    }
    let needs_any = list(it, "operations").any(|operation| text(operation, "outcome") != "refused");
    match it.get("role").filter(|role| role.is_object()) {
        Some(role) => {
            let (name, scope) = (text(role, "name"), text(role, "scope"));
            let actions = role.get("knownActions").and_then(Value::as_u64).unwrap_or_default();
            let _ = writeln!(said, "  narrowest built-in role: {name} at {scope} ({actions} known actions)");
            let _ = writeln!(
                said,
                "    az role assignment create --assignee-object-id {} --assignee-principal-type {} --role {} --scope {}",
                text(it, "objectId"),
                text(it, "type"),
                quoted(name),
                quoted(scope),
            );
        }
        None if needs_any => said.push_str("  no built-in role would do\n"),
        None => said.push_str("  needs no role\n"),
    }
    if let Some(custom) = it.get("customRole").filter(|custom| custom.is_object()) {
        let count = list(custom, "Actions").count();
        let actions = if count == 1 { "that action alone".to_owned() } else { format!("those {count} actions alone") };
        let told = format!("a custom role of {actions} would do too: it is 'customRole' with --json, for 'az role definition create'");
        let _ = writeln!(said, "{}", filled(&told, 2));
    }
    for unused in list(it, "unusedAssignments") {
        let group = unused.get("group").and_then(Value::as_str).map(|group| format!(", through the group {group}")).unwrap_or_default();
        let _ = writeln!(said, "  never used: {} at {}{group}", text(unused, "role"), text(unused, "scope"));
        let _ = writeln!(said, "    az role assignment delete --ids {}", quoted(text(unused, "id")));
    }
    said
}
