//! Twelve roles × all operations as a table that a reviewer reads: a change of access shows as a change of ticks.
//!
//! `GOLDEN=write cargo test -p adf-emulator-tests --test matrix` writes it anew.

use adf_emulator::arm::routes::{self, Access, Run};
use adf_emulator_core::action::Plane;
use adf_emulator_core::authorization::built_in_roles;
use adf_emulator_core::authorization::evaluate::{self, Grant, Question};
use adf_emulator_core::timestamp::Timestamp;
use std::fmt::Write;

const ROLES: [&str; 12] = [
    "Owner",
    "Contributor",
    "Reader",
    "User Access Administrator",
    "Role Based Access Control Administrator",
    "Data Factory Contributor",
    "Managed Identity Contributor",
    "Managed Identity Operator",
    "Monitoring Reader",
    "Network Contributor",
    "Storage Account Contributor",
    "Tag Contributor",
];

fn table() -> String {
    let mut text = String::from("who may do what, at a scope where the role is held\n\n");
    for (number, role) in ROLES.iter().enumerate() {
        writeln!(text, "{} = {role}", letter(number)).unwrap();
    }
    let letters: Vec<String> = (0..ROLES.len()).map(|number| letter(number).to_string()).collect();
    writeln!(text, "\n{}   operation (action)", letters.join(" ")).unwrap();
    let mut lines: Vec<String> = routes::all().map(line).collect();
    lines.sort_by(|one, other| one.split("   ").nth(1).cmp(&other.split("   ").nth(1)));
    lines.dedup();
    text + &lines.join("\n") + "\n"
}

fn letter(number: usize) -> char {
    char::from(b'A' + u8::try_from(number).unwrap())
}

fn line(operation: &routes::Operation) -> String {
    let emulated = if matches!(operation.run, Run::NotEmulated) { ", not emulated" } else { "" };
    let (marks, action) = match operation.access {
        Access::Action(action)
        | Access::RoleAssignmentAction(action)
        | Access::ScheduleAction(action)
        | Access::ActionSomewhere(action) => (ROLES.map(|role| if may(role, action) { "✓" } else { "·" }), action),
        Access::NamespaceAction(action) => {
            (ROLES.map(|role| if may(role, &format!("Microsoft.DataFactory/{action}")) { "✓" } else { "·" }), action)
        }
        Access::Filtered => (["○"; 12], "shows what the caller may see"),
        Access::Starter => (["–"; 12], "whoever started it"),
    };
    format!("{}   {} ({action}{emulated})", marks.join(" "), operation.name)
}

fn may(role: &str, action: &str) -> bool {
    let role = built_in_roles::by_name(role).unwrap_or_else(|| panic!("no role {role}"));
    let grant = Grant { permissions: &role.permissions, condition: None };
    evaluate::is_allowed(Question::new(action, Plane::Control, Timestamp::default()), [grant])
}

#[test]
fn the_table_is_the_golden_one() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("matrix/golden.txt");
    let ours = table();
    if std::env::var("GOLDEN").as_deref() == Ok("write") {
        std::fs::write(&file, &ours).unwrap();
    }
    let golden = std::fs::read_to_string(&file).unwrap_or_default();
    let differs: Vec<&str> = ours.lines().filter(|line| !golden.lines().any(|it| it == *line)).collect();
    assert!(ours == golden, "lines that are not in matrix/golden.txt (GOLDEN=write writes it anew):\n{}", differs.join("\n"));
}
