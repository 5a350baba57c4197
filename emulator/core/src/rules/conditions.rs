//! Rules of conditions, on role assignments and in the permissions of roles.
//!
//! Checks take the condition alone. The texts are documented, their code is not: it is `BadRequestFormat`, as for other
//! malformed role assignments. What an expression is stands in `authorization/condition/`.

use super::Evidence::{Assumed, Documented};
use super::{Origin, Rule};
use crate::authorization::condition::{AttributeName, Condition, Form};
use crate::fault::Fault;

const CONDITIONS: &str = "https://learn.microsoft.com/azure/role-based-access-control/conditions-format";
const TROUBLESHOOTING: &str = "https://learn.microsoft.com/azure/role-based-access-control/conditions-troubleshoot";
const DELEGATION: &str = "https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes";

/// The most bytes of a condition.
pub const CONDITION_BYTES_MAX: usize = 8 * 1024;
/// What role assignments have attributes of.
const ROLE_ASSIGNMENT: &str = "Microsoft.Authorization/roleAssignments:";
/// The attributes of role assignments.
const ROLE_ASSIGNMENT_ATTRIBUTES: [&str; 3] = ["RoleDefinitionId", "PrincipalId", "PrincipalType"];

/// A condition is an expression of version 2.0 of at most 8 KB.
pub static CONDITION_IS_VALID: Rule = Rule {
    name: "role-assignment-condition-is-valid",
    sentence: "A condition can be read, is written in version 2.0 and has at most 8 KB.",
    page: CONDITIONS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Correct the expression and send conditionVersion 2.0.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Assumed { because: "the text is documented, its code is not" },
};

/// A condition names attributes that there are.
pub static CONDITION_ATTRIBUTE_IS_VALID: Rule = Rule {
    name: "condition-attribute-is-valid",
    sentence: "An attribute of a condition has a whole marker if any, and of role assignments there are RoleDefinitionId, PrincipalId and PrincipalType.",
    page: DELEGATION,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Correct the name in brackets; in a shell, escape each dollar sign of it.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Assumed { because: "the text is documented, its code is not; names of other providers are not checked" },
};

/// The condition of a permission is one as well.
pub static PERMISSION_CONDITION_IS_VALID: Rule = Rule {
    name: "permission-condition-is-valid",
    sentence: "The condition of a custom role's permission is one that a role assignment could have.",
    page: CONDITIONS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Correct the expression and send conditionVersion 2.0, or put the condition on the role assignment.",
    limit: Documented { page: CONDITIONS },
    answer: Assumed { because: "taken over from role assignments; Azure's own answer was not seen" },
};

/// Rules of this file, in the order in which a PUT meets them.
pub static ALL: &[&Rule] = &[&CONDITION_IS_VALID, &CONDITION_ATTRIBUTE_IS_VALID, &PERMISSION_CONDITION_IS_VALID];

/// Checks the condition of a role assignment.
pub fn condition_is_valid(condition: &Condition) -> Result<(), Fault> {
    is_valid(&CONDITION_IS_VALID, condition)?;
    attributes_are_valid(&CONDITION_ATTRIBUTE_IS_VALID, condition)
}

/// Checks the condition of a permission of a custom role.
pub fn permission_condition_is_valid(condition: &Condition) -> Result<(), Fault> {
    is_valid(&PERMISSION_CONDITION_IS_VALID, condition)?;
    attributes_are_valid(&PERMISSION_CONDITION_IS_VALID, condition)
}

fn attributes_are_valid(rule: &'static Rule, condition: &Condition) -> Result<(), Fault> {
    let mut wrong = None;
    if let Some(expression) = condition.expression() {
        expression.visit_attributes(&mut |attribute| wrong = wrong.or(Some(attribute).filter(|it| !attribute_is_valid(it))));
    }
    wrong.map_or(Ok(()), |wrong| Err(rule.broken(format!("{} attribute {} is not valid.", wrong.source.as_str(), wrong.text()))))
}

fn is_valid(rule: &'static Rule, condition: &Condition) -> Result<(), Fault> {
    let is_short = condition.text.len() <= CONDITION_BYTES_MAX;
    if is_short && condition.version == "2.0" && condition.expression().is_some() {
        return Ok(());
    }
    Err(rule.broken("The given role assignment condition is invalid."))
}

fn attribute_is_valid(attribute: &AttributeName) -> bool {
    let of_assignments = attribute.name.split_at_checked(ROLE_ASSIGNMENT.len()).filter(|(of, _)| of.eq_ignore_ascii_case(ROLE_ASSIGNMENT));
    let is_known = of_assignments.is_none_or(|(_, name)| {
        attribute.form == Form::Plain && ROLE_ASSIGNMENT_ATTRIBUTES.iter().any(|known| known.eq_ignore_ascii_case(name))
    });
    is_known && !attribute.name.contains(['<', '>', '$', '&'])
}
