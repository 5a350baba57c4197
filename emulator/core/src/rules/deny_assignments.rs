//! Rules of Microsoft.Authorization: what a deny assignment must be that a caller makes.
//!
//! Checks take plain values; what exists is looked up in `authorization/deny_assignment/`. Texts: `authorization-wire`
//! 6.4. Where a text is not known it is made like the recorded one of its code.

use super::Evidence::{Assumed, Documented, Recorded, Reported};
use super::{Origin, PRINTED, PUBLIC_RECORDINGS, Rule};
use crate::action::Pattern;
use crate::authorization::denial::{DenyPrincipal, EVERYONE};
use crate::authorization::deny_assignment::{DenyAssignmentParameters, Effect};
use crate::authorization::role_definition::Permission;
use crate::fault::Fault;
use crate::guid;
use uuid::Uuid;

const DENY_ASSIGNMENTS: &str = "https://learn.microsoft.com/azure/role-based-access-control/deny-assignments";
const LISTING: &str = "https://learn.microsoft.com/azure/role-based-access-control/deny-assignments-rest";
const NEW: &str = "https://learn.microsoft.com/powershell/module/az.resources/new-azdenyassignment";

/// The name of a deny assignment is a GUID.
pub static DENY_ASSIGNMENT_NAME_IS_A_GUID: Rule = Rule {
    name: "deny-assignment-name-is-a-guid",
    sentence: "The name of a deny assignment is a GUID.",
    page: NEW,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name; what people read is denyAssignmentName.",
    limit: Documented { page: NEW },
    answer: Assumed { because: "the code and text are those of malformed role assignments" },
};

/// A deny assignment of Azure's is not changed and not deleted.
pub static SYSTEM_PROTECTED_DENY_ASSIGNMENT_STAYS: Rule = Rule {
    name: "system-protected-deny-assignment-stays",
    sentence: "A deny assignment that Azure made is neither changed nor deleted by callers.",
    page: DENY_ASSIGNMENTS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Change what it protects through the service that made it; in a world file take the entry out.",
    limit: Documented { page: DENY_ASSIGNMENTS },
    answer: Assumed { because: "neither code nor text was found" },
};

/// A deny assignment has a name that people read.
pub static DENY_ASSIGNMENT_HAS_A_NAME: Rule = Rule {
    name: "deny-assignment-has-a-name",
    sentence: "A deny assignment has a denyAssignmentName.",
    page: DENY_ASSIGNMENTS,
    status: 400,
    code: "InvalidCreateDenyAssignmentRequest",
    origin: Origin::Provider,
    remedy: "Send denyAssignmentName.",
    limit: Documented { page: DENY_ASSIGNMENTS },
    answer: Assumed { because: "the code is that of other incomplete deny assignments" },
};

/// A deny assignment denies something, in one permission object.
pub static DENY_ASSIGNMENT_HAS_ONE_PERMISSION: Rule = Rule {
    name: "deny-assignment-has-one-permission",
    sentence: "A deny assignment that a caller makes has exactly one permission object, which is not empty.",
    page: NEW,
    status: 400,
    code: "InvalidCreateDenyAssignmentRequest",
    origin: Origin::Provider,
    remedy: "Put all actions into one permission object.",
    limit: Recorded { source: PUBLIC_RECORDINGS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// What a caller's deny assignment may not have.
pub static USER_ASSIGNED_DENY_ASSIGNMENT_IS_NARROW: Rule = Rule {
    name: "user-assigned-deny-assignment-is-narrow",
    sentence: "A deny assignment that a caller makes applies to child scopes, denies no data actions and no reads, names everyone but some \
               or one user or service principal, has no condition and is not system protected.",
    page: NEW,
    status: 400,
    code: "UserAssignedDenyAssignmentPropertiesNotValid",
    origin: Origin::Provider,
    remedy: "Leave out what the message names; for everyone, name at least one excluded principal, which is not everyone.",
    limit: Documented { page: NEW },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A deny assignment does not deny taking itself away.
pub static DENY_ASSIGNMENT_CAN_BE_TAKEN_AWAY: Rule = Rule {
    name: "deny-assignment-can-be-taken-away",
    sentence: "A deny assignment that a caller makes does not deny writing or deleting deny assignments: it does not name these actions, \
               and what a wildcard of it covers of them stays allowed.",
    page: NEW,
    status: 400,
    code: "InvalidActionOrNotAction",
    origin: Origin::Provider,
    remedy: "Leave the actions of Microsoft.Authorization/denyAssignments out.",
    limit: Reported { source: "an open template that denies changes of a route table says so" },
    answer: Assumed { because: "the code is reported, the text is that of other actions" },
};

/// A deny assignment stays where it is.
pub static DENY_ASSIGNMENT_KEEPS_ITS_SCOPE: Rule = Rule {
    name: "deny-assignment-keeps-its-scope",
    sentence: "The name of a deny assignment is used once in a directory: a PUT at another scope is refused.",
    page: NEW,
    status: 400,
    code: "DenyAssignmentUpdateNotPermitted",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name, or delete the other deny assignment.",
    limit: Assumed { because: "names of role assignments are unique in a directory, and the service is the same" },
    answer: Assumed { because: "code and text are made like those of role assignments" },
};

/// Deny assignments of one scope have different names.
pub static DENY_ASSIGNMENT_IS_UNIQUE: Rule = Rule {
    name: "deny-assignment-is-unique",
    sentence: "Deny assignments at a scope have different names.",
    page: DENY_ASSIGNMENTS,
    status: 409,
    code: "DenyAssignmentExists",
    origin: Origin::Provider,
    remedy: "Choose another denyAssignmentName, or delete the other one.",
    limit: Documented { page: DENY_ASSIGNMENTS },
    answer: Reported { source: PRINTED },
};

/// A deny assignment that is read exists.
pub static DENY_ASSIGNMENT_EXISTS: Rule = Rule {
    name: "deny-assignment-exists",
    sentence: "A deny assignment that is read exists at the scope in the path.",
    page: LISTING,
    status: 404,
    code: "DenyAssignmentNotFound",
    origin: Origin::Provider,
    remedy: "List the deny assignments at the scope and take the id of one of them.",
    limit: Documented { page: LISTING },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// Deny assignments are listed by the filters that there are.
pub static DENY_ASSIGNMENT_FILTER_IS_SUPPORTED: Rule = Rule {
    name: "deny-assignment-filter-is-supported",
    sentence: "Deny assignments are filtered by scope, by name and by principal.",
    page: LISTING,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Use atScope(), denyAssignmentName eq '…', principalId eq '…', assignedTo('…') or gdprExportPrincipalId eq '…'.",
    limit: Documented { page: LISTING },
    answer: Assumed { because: "the text is made like that of role assignments" },
};

/// The rules, in the order in which they are checked.
pub static ALL: &[&Rule] = &[
    &DENY_ASSIGNMENT_NAME_IS_A_GUID,
    &DENY_ASSIGNMENT_KEEPS_ITS_SCOPE,
    &SYSTEM_PROTECTED_DENY_ASSIGNMENT_STAYS,
    &DENY_ASSIGNMENT_HAS_A_NAME,
    &DENY_ASSIGNMENT_HAS_ONE_PERMISSION,
    &USER_ASSIGNED_DENY_ASSIGNMENT_IS_NARROW,
    &DENY_ASSIGNMENT_CAN_BE_TAKEN_AWAY,
    &DENY_ASSIGNMENT_IS_UNIQUE,
    &DENY_ASSIGNMENT_EXISTS,
    &DENY_ASSIGNMENT_FILTER_IS_SUPPORTED,
];

/// Reads the name of a deny assignment.
pub fn name_is_a_guid(name: &str) -> Result<Uuid, Fault> {
    guid::read(name).ok_or_else(|| DENY_ASSIGNMENT_NAME_IS_A_GUID.broken("The request was incorrectly formatted."))
}

/// Reads the object id of a principal.
pub fn principal_id_is_a_guid(id: &str) -> Result<Uuid, Fault> {
    super::role_assignments::principal_id_is_a_guid(id)
}

/// Checks that a deny assignment is put where the one of its name is, if there is one.
pub fn keeps_its_scope(is_there: bool) -> Result<(), Fault> {
    if is_there { Ok(()) } else { Err(DENY_ASSIGNMENT_KEEPS_ITS_SCOPE.broken("Tenant ID and scope are not allowed to be updated.")) }
}

/// Checks that callers may change a deny assignment.
pub fn is_not_system_protected(is_system_protected: bool, name: Uuid) -> Result<(), Fault> {
    if !is_system_protected {
        return Ok(());
    }
    let message = format!("The deny assignment '{name}' is system protected and cannot be updated or deleted.");
    Err(SYSTEM_PROTECTED_DENY_ASSIGNMENT_STAYS.broken(message))
}

/// Returns the name that was given.
pub fn has_a_name(name: Option<&str>) -> Result<&str, Fault> {
    let given = name.filter(|name| !name.trim().is_empty());
    given.ok_or_else(|| DENY_ASSIGNMENT_HAS_A_NAME.broken("Deny assignment must have a name."))
}

/// Checks how many permission objects there are that deny something; `several` are Azure's own to make.
pub fn has_one_permission(permissions: &[Permission], several: bool) -> Result<(), Fault> {
    let is_filled = |it: &Permission| it.actions.iter().next().is_some() || it.data_actions.iter().next().is_some();
    let fits = permissions.iter().all(is_filled) && (permissions.len() == 1 || (several && !permissions.is_empty()));
    if fits {
        Ok(())
    } else {
        Err(DENY_ASSIGNMENT_HAS_ONE_PERMISSION.broken("Deny assignment must have exactly one non-empty permission."))
    }
}

/// Checks what only Azure's own deny assignments may have.
pub fn user_assigned_is_narrow(
    asked: &DenyAssignmentParameters,
    principals: &[DenyPrincipal],
    exclude_principals: &[DenyPrincipal],
) -> Result<(), Fault> {
    let actions = || asked.permissions.iter().flat_map(|it| it.actions.iter());
    let has_data_actions =
        asked.permissions.iter().any(|it| it.data_actions.iter().next().is_some() || it.not_data_actions.iter().next().is_some());
    let has_reads = actions().any(|it| it.as_str().to_ascii_lowercase().ends_with("/read"));
    let is_group = |it: &DenyPrincipal| it.principal_type.to_ascii_lowercase().ends_with("group");
    let has_condition = asked.condition.is_some() || asked.permissions.iter().any(|it| it.condition.is_some());
    let is_everyone = matches!(principals, [one] if one.id == EVERYONE);
    let problem = match () {
        () if asked.do_not_apply_to_child_scopes => "does not support doNotApplyToChildScopes.",
        () if asked.is_system_protected => "does not support isSystemProtected.",
        () if has_condition => "does not support condition.",
        () if has_data_actions => "does not support dataActions.",
        () if has_reads => "does not support read actions.",
        () if principals.iter().any(is_group) => "does not support principals of type Group.",
        () if principals.len() != 1 => "must have exactly one principal.",
        () if is_everyone && exclude_principals.iter().all(|it| it.id == EVERYONE) => {
            "for everyone must have at least one excluded principal."
        }
        () => return can_be_taken_away(actions()),
    };
    Err(USER_ASSIGNED_DENY_ASSIGNMENT_IS_NARROW.broken(format!("User assigned deny assignment {problem}")))
}

fn can_be_taken_away<'a>(mut actions: impl Iterator<Item = Pattern<'a>>) -> Result<(), Fault> {
    let own = |it: &Pattern<'_>| it.as_str().to_ascii_lowercase().starts_with("microsoft.authorization/denyassignments/");
    match actions.find(own) {
        None => Ok(()),
        Some(action) => {
            let message = format!("'{action}' does not match any of the actions supported by the providers.");
            Err(DENY_ASSIGNMENT_CAN_BE_TAKEN_AWAY.broken(message))
        }
    }
}

/// Reads whether a deny assignment blocks.
pub fn effect_is_known(word: &str) -> Result<Effect, Fault> {
    let message = || format!("User assigned deny assignment does not support denyAssignmentEffect '{word}'.");
    Effect::parse(word).ok_or_else(|| USER_ASSIGNED_DENY_ASSIGNMENT_IS_NARROW.broken(message()))
}

/// Returns the fault of two deny assignments of a scope having one name.
pub fn name_is_taken(name: &str) -> Fault {
    DENY_ASSIGNMENT_IS_UNIQUE.broken(format!("Custom deny assignment with the same name {name} already exists."))
}

/// Returns the fault of a deny assignment that is not there.
pub fn deny_assignment_not_found(name: &str) -> Fault {
    DENY_ASSIGNMENT_EXISTS.broken(format!("The deny assignment '{name}' was not found."))
}

/// Returns the fault of a filter that no list of deny assignments has.
pub fn filter_not_supported(filter: &str) -> Fault {
    DENY_ASSIGNMENT_FILTER_IS_SUPPORTED.broken(format!(
        "The filter '{filter}' is not supported. Supported filters are 'atScope()', 'denyAssignmentName eq '{{value}}'', \
         'principalId eq '{{value}}'', 'assignedTo('{{value}}')' and 'gdprExportPrincipalId eq '{{value}}''."
    ))
}
