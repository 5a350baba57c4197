//! Rules of Microsoft.Authorization: what a role assignment must be, and how roles and assignments are listed.
//!
//! Checks take plain values; what exists is looked up in `authorization/role_assignment.rs`. Texts: `authorization-wire`
//! section 6.2, limits: section 7. Where the text is known and its code is not, the code is `BadRequestFormat`, as
//! the reference advises.

use super::Evidence::{Assumed, Documented, Recorded, Reported};
use super::{Origin, PRINTED, PUBLIC_RECORDINGS, Rule};
use crate::fault::Fault;
use crate::guid;
use crate::reader_words::Place;
use uuid::Uuid;

const ROLE_ASSIGNMENTS: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments";
const STEPS: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-steps";
const TROUBLESHOOTING: &str = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";
const CUSTOM_ROLES: &str = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles";
const LISTING: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest";
const LIMITS: &str = "https://learn.microsoft.com/azure/role-based-access-control/troubleshoot-limits";
const REST_CREATE: &str = "https://learn.microsoft.com/rest/api/authorization/role-assignments/create";
const REST_DEFINITIONS: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions-list";

/// The most role assignments of a subscription.
pub const PER_SUBSCRIPTION_MAX: usize = 4_000;
/// The most role assignments of a management group.
pub const PER_MANAGEMENT_GROUP_MAX: usize = 500;
/// The most bytes of a description.
pub const DESCRIPTION_BYTES_MAX: usize = 2 * 1024;

/// The name of a role assignment is a GUID.
pub static ROLE_ASSIGNMENT_NAME_IS_A_GUID: Rule = Rule {
    name: "role-assignment-name-is-a-guid",
    sentence: "The name of a role assignment is a GUID.",
    page: REST_CREATE,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name.",
    limit: Documented { page: REST_CREATE },
    answer: Assumed { because: "the code and text are those of other malformed role assignments" },
};

/// The body of a role assignment is an object with `properties`.
pub static ROLE_ASSIGNMENT_HAS_PROPERTIES: Rule = Rule {
    name: "role-assignment-has-properties",
    sentence: "The body of a role assignment has an object named properties.",
    page: REST_CREATE,
    status: 400,
    code: "MalformedRoleAssignmentRequest",
    origin: Origin::Provider,
    remedy: "Wrap role and principal in an object named properties.",
    limit: Documented { page: REST_CREATE },
    answer: Reported { source: PRINTED },
};

/// A role assignment names a role and a principal.
pub static ROLE_ASSIGNMENT_NAMES_ROLE_AND_PRINCIPAL: Rule = Rule {
    name: "role-assignment-names-role-and-principal",
    sentence: "A role assignment names a role definition and a principal.",
    page: REST_CREATE,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Provider,
    remedy: "Send both roleDefinitionId and principalId.",
    limit: Documented { page: REST_CREATE },
    answer: Reported { source: "users quote the text; its code is inferred" },
};

/// The id of the principal is not empty.
pub static PRINCIPAL_ID_IS_GIVEN: Rule = Rule {
    name: "principal-id-is-given",
    sentence: "The principal of a role assignment is given by its object id.",
    page: STEPS,
    status: 400,
    code: "InvalidPrincipalId",
    origin: Origin::Provider,
    remedy: "Send the object id of a user, group, service principal or managed identity.",
    limit: Documented { page: STEPS },
    answer: Reported { source: PRINTED },
};

/// The id of the principal is a GUID, not a name.
pub static PRINCIPAL_ID_IS_A_GUID: Rule = Rule {
    name: "principal-id-is-a-guid",
    sentence: "The principal of a role assignment is named by its object id, not by a sign-in name.",
    page: STEPS,
    status: 400,
    code: "InvalidPrincipalId",
    origin: Origin::Provider,
    remedy: "Look the principal up and send its object id.",
    limit: Documented { page: STEPS },
    answer: Reported { source: PRINTED },
};

/// The type of the principal is one of Azure's words.
pub static PRINCIPAL_TYPE_IS_KNOWN: Rule = Rule {
    name: "principal-type-is-known",
    sentence: "A principal is a user, a group, a service principal, a foreign group or a device.",
    page: REST_CREATE,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Send User, Group or ServicePrincipal; a managed identity is a ServicePrincipal.",
    limit: Documented { page: REST_CREATE },
    answer: Assumed { because: "the text is reported, its code is not" },
};

/// A role is named by the whole id of its definition.
pub static ROLE_DEFINITION_ID_IS_A_PATH: Rule = Rule {
    name: "role-definition-id-is-a-path",
    sentence: "A role assignment names its role by the whole id of the role definition.",
    page: REST_CREATE,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Send /subscriptions/{id}/providers/Microsoft.Authorization/roleDefinitions/{guid}.",
    limit: Documented { page: REST_CREATE },
    answer: Reported { source: PRINTED },
};

/// A role that is read or assigned exists and can be assigned at the scope.
pub static ROLE_DEFINITION_EXISTS: Rule = Rule {
    name: "role-definition-exists",
    sentence: "A role that is read or assigned exists, and its assignable scopes include the scope.",
    page: ROLE_ASSIGNMENTS,
    status: 404,
    code: "RoleDefinitionDoesNotExist",
    origin: Origin::Provider,
    remedy: "List the role definitions at the scope and take the id of one of them.",
    limit: Documented { page: ROLE_ASSIGNMENTS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A custom role with data actions is assigned below management groups.
pub static DATA_ROLE_BELOW_MANAGEMENT_GROUPS: Rule = Rule {
    name: "data-role-below-management-groups",
    sentence: "A custom role with data actions cannot be assigned at a management group, by a schedule neither; one that is assigned there gets none.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "InvalidCreateRoleAssignmentRequest",
    origin: Origin::Provider,
    remedy: "Assign the role at the subscriptions below the management group, or take its data actions out.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Reported { source: PRINTED },
};

/// A principal is in the directory of the scope's tenant, unless the caller says what type it has.
pub static PRINCIPAL_EXISTS: Rule = Rule {
    name: "principal-exists",
    sentence: "A principal that is given a role is in the directory of the subscription's tenant; the check is skipped when principalType is sent.",
    page: TROUBLESHOOTING,
    status: 400,
    code: "PrincipalNotFound",
    origin: Origin::Provider,
    remedy: "Send the object id of a principal of this tenant; for one that was made a moment ago, send principalType too.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Reported { source: PRINTED },
};

/// An app registration holds no roles; its service principal does.
pub static PRINCIPAL_IS_NO_APPLICATION: Rule = Rule {
    name: "principal-is-no-application",
    sentence: "A role is assigned to a user, a group or a service principal; an app registration holds none, its service principal does.",
    page: STEPS,
    status: 400,
    code: "PrincipalTypeNotSupported",
    origin: Origin::Provider,
    remedy: "Send the object id of the application's service principal (az ad sp show --id APPID), not that of its registration.",
    limit: Documented { page: STEPS },
    answer: Reported { source: PRINTED },
};

/// The type sent for a principal is the one that the directory has.
pub static PRINCIPAL_TYPE_MATCHES: Rule = Rule {
    name: "principal-type-matches",
    sentence: "The principalType that is sent is the one that the directory has for the principal.",
    page: TROUBLESHOOTING,
    status: 400,
    code: "UnmatchedPrincipalType",
    origin: Origin::Provider,
    remedy: "Send the principal's own type, or none.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Reported { source: PRINTED },
};

/// A principal holds a role at a scope once.
pub static ROLE_ASSIGNMENT_IS_UNIQUE: Rule = Rule {
    name: "role-assignment-is-unique",
    sentence: "A principal is assigned a role at a scope only once, with or without a condition.",
    page: TROUBLESHOOTING,
    status: 409,
    code: "RoleAssignmentExists",
    origin: Origin::Provider,
    remedy: "Nothing needs to be done, or delete the existing assignment first.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Reported { source: "users quote this text since August 2025; recordings before then have one without the id" },
};

/// An assignment keeps its principal and its scope for life.
pub static ROLE_ASSIGNMENT_KEEPS_PRINCIPAL_AND_SCOPE: Rule = Rule {
    name: "role-assignment-keeps-principal-and-scope",
    sentence: "The principal and the scope of a role assignment cannot be changed, and its name is used nowhere else in the directory.",
    page: TROUBLESHOOTING,
    status: 400,
    code: "RoleAssignmentUpdateNotPermitted",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name; delete the old assignment if it is not wanted.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// An assignment that is read exists at the scope in the path.
pub static ROLE_ASSIGNMENT_EXISTS: Rule = Rule {
    name: "role-assignment-exists",
    sentence: "A role assignment that is read exists at the scope in the path.",
    page: ROLE_ASSIGNMENTS,
    status: 404,
    code: "RoleAssignmentNotFound",
    origin: Origin::Provider,
    remedy: "List the role assignments at the scope and take the id of one of them.",
    limit: Documented { page: ROLE_ASSIGNMENTS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A subscription has at most 4,000 role assignments.
pub static ROLE_ASSIGNMENTS_PER_SUBSCRIPTION: Rule = Rule {
    name: "role-assignments-per-subscription",
    sentence: "A subscription has at most 4,000 role assignments, those of its groups and resources included.",
    page: LIMITS,
    status: 400,
    code: "RoleAssignmentLimitExceeded",
    origin: Origin::Provider,
    remedy: "Remove assignments, or assign to groups.",
    limit: Documented { page: LIMITS },
    answer: Assumed { because: "code and text are documented, the status is not" },
};

/// A management group has at most 500 role assignments.
pub static ROLE_ASSIGNMENTS_PER_MANAGEMENT_GROUP: Rule = Rule {
    name: "role-assignments-per-management-group",
    sentence: "A management group has at most 500 role assignments of its own.",
    page: LIMITS,
    status: 400,
    code: "RoleAssignmentLimitExceeded",
    origin: Origin::Provider,
    remedy: "Remove assignments, or assign to groups.",
    limit: Documented { page: LIMITS },
    answer: Assumed { because: "code and text are documented, the status is not" },
};

/// Somebody always administers access at a subscription.
pub static LAST_RBAC_ADMINISTRATOR_STAYS: Rule = Rule {
    name: "last-rbac-administrator-stays",
    sentence: "The last Owner or User Access Administrator of a subscription cannot be removed or put under a condition; at the subscription itself those count who are in the directory and under no condition.",
    page: TROUBLESHOOTING,
    status: 412,
    code: "CannotDeleteLastRbacAdminAssignment",
    origin: Origin::Provider,
    remedy: "Assign Owner or User Access Administrator at the subscription to somebody else first.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Reported { source: "users quote code and text; which assignments count is assumed" },
};

/// A description has at most 2 KB.
pub static DESCRIPTION_LENGTH: Rule = Rule {
    name: "role-assignment-description-length",
    sentence: "The description of a role assignment has at most 2 KB.",
    page: LIMITS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Shorten the description.",
    limit: Documented { page: LIMITS },
    answer: Assumed { because: "the code and text are those of other malformed role assignments" },
};

/// A list of assignments is filtered by scope or by principal, and at the root it must be.
pub static ROLE_ASSIGNMENT_FILTER_IS_SUPPORTED: Rule = Rule {
    name: "role-assignment-filter-is-supported",
    sentence: "Role assignments are listed with atScope(), principalId eq or assignedTo(); at the root scope a filter is needed.",
    page: LISTING,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Send one of the filters that the message names, the value in single quotes.",
    limit: Documented { page: LISTING },
    answer: Assumed { because: "the text is reported, its code is not" },
};

/// A list of roles is filtered by name, type or depth.
pub static ROLE_DEFINITION_FILTER_IS_SUPPORTED: Rule = Rule {
    name: "role-definition-filter-is-supported",
    sentence: "Role definitions are listed with roleName eq, type eq and atScopeAndBelow().",
    page: REST_DEFINITIONS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Send one of those filters, the value in single quotes.",
    limit: Documented { page: REST_DEFINITIONS },
    answer: Assumed { because: "code and text follow those of role assignments" },
};

/// Rules of this file, in the order in which a PUT meets them, then those of other requests.
pub static ALL: &[&Rule] = &[
    &ROLE_ASSIGNMENT_NAME_IS_A_GUID,
    &ROLE_ASSIGNMENT_HAS_PROPERTIES,
    &ROLE_ASSIGNMENT_NAMES_ROLE_AND_PRINCIPAL,
    &PRINCIPAL_ID_IS_GIVEN,
    &PRINCIPAL_ID_IS_A_GUID,
    &PRINCIPAL_TYPE_IS_KNOWN,
    &ROLE_DEFINITION_ID_IS_A_PATH,
    &ROLE_DEFINITION_EXISTS,
    &DATA_ROLE_BELOW_MANAGEMENT_GROUPS,
    &PRINCIPAL_EXISTS,
    &PRINCIPAL_IS_NO_APPLICATION,
    &PRINCIPAL_TYPE_MATCHES,
    &ROLE_ASSIGNMENT_IS_UNIQUE,
    &ROLE_ASSIGNMENT_KEEPS_PRINCIPAL_AND_SCOPE,
    &ROLE_ASSIGNMENT_EXISTS,
    &ROLE_ASSIGNMENTS_PER_SUBSCRIPTION,
    &ROLE_ASSIGNMENTS_PER_MANAGEMENT_GROUP,
    &LAST_RBAC_ADMINISTRATOR_STAYS,
    &DESCRIPTION_LENGTH,
    &ROLE_ASSIGNMENT_FILTER_IS_SUPPORTED,
    &ROLE_DEFINITION_FILTER_IS_SUPPORTED,
];

const BADLY_FORMATTED: &str = "The request was incorrectly formatted.";

/// Reads the name of a role assignment, which is a GUID.
pub fn name_is_a_guid(name: &str) -> Result<Uuid, Fault> {
    guid::read(name).ok_or_else(|| ROLE_ASSIGNMENT_NAME_IS_A_GUID.broken(BADLY_FORMATTED))
}

/// Reads the id of a principal, which is a GUID.
pub fn principal_id_is_a_guid(principal_id: &str) -> Result<Uuid, Fault> {
    if principal_id.is_empty() {
        return Err(PRINCIPAL_ID_IS_GIVEN.broken("A valid principal ID must be provided for role assignment."));
    }
    guid::read(principal_id).ok_or_else(|| {
        PRINCIPAL_ID_IS_A_GUID.broken(format!("The Principal ID '{principal_id}' is not valid. Principal ID must be a GUID."))
    })
}

/// Reads the GUID of a role from the id of its definition, which may stand under any scope.
pub fn role_definition_id_is_a_path(id: &str) -> Result<Uuid, Fault> {
    let (scope, name) = id.rsplit_once('/').unwrap_or_default();
    let is_path = id.starts_with('/') && ends_with_ignore_case(scope, "/providers/Microsoft.Authorization/roleDefinitions");
    let role = guid::read(name).filter(|_| is_path);
    role.ok_or_else(|| ROLE_DEFINITION_ID_IS_A_PATH.broken(BADLY_FORMATTED))
}

fn ends_with_ignore_case(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.and_then(|at| text.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// Returns the fault of a body without `properties`.
pub fn no_properties() -> Fault {
    ROLE_ASSIGNMENT_HAS_PROPERTIES.broken("PASRP RoleAssignment request is malformed")
}

/// Returns the fault of a body that lacks `property`.
pub fn required_property_missing(property: &str) -> Fault {
    ROLE_ASSIGNMENT_NAMES_ROLE_AND_PRINCIPAL.broken(required_property(property)).in_body(Place::End("properties".to_owned()))
}

/// Returns what Microsoft.Authorization says of `properties` that lack `property`.
pub(super) fn required_property(property: &str) -> String {
    format!(
        "The content of your request was not valid, and the original object could not be deserialized. Exception message: \
         'Required property '{property}' not found in JSON. Path 'properties'.'"
    )
}

/// Returns the fault of a principal type that is none of Azure's words.
pub fn unknown_principal_type(given: &str) -> Fault {
    PRINCIPAL_TYPE_IS_KNOWN
        .broken(format!("The PrincipalType property '{given}' is not valid. It must be 'User', 'Group' or 'ServicePrincipal'."))
}

/// Returns the fault of a principal having another type than the one given.
pub fn unmatched_principal_type(principal: Uuid, actual: &str, given: &str) -> Fault {
    // The blank before the comma and the misspelt word are Azure's.
    PRINCIPAL_TYPE_MATCHES.broken(format!(
        "The PrincipalId '{}' has type '{actual}' , which is different from specified PrinciaplType '{given}'.",
        principal.simple()
    ))
}

/// Returns the fault of a principal being an app registration.
pub fn principal_is_an_application() -> Fault {
    PRINCIPAL_IS_NO_APPLICATION.broken("Principals of type Application cannot validly be used in role assignments.")
}

/// Returns the fault of a principal not being in the tenant's directory.
pub fn principal_not_found(principal: Uuid, tenant: Uuid) -> Fault {
    PRINCIPAL_EXISTS.broken(format!(
        "Principal {} does not exist in the directory {tenant}. Check that you have the correct principal ID. If you are creating this \
         principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the \
         role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See \
         https://aka.ms/docs-principaltype",
        principal.simple()
    ))
}

/// Returns the fault of a role not existing, or not being assignable at the scope.
pub fn role_definition_not_found(id: &str) -> Fault {
    ROLE_DEFINITION_EXISTS.broken(format!("The specified role definition with ID '{id}' does not exist."))
}

/// Returns the fault of a custom role with data actions being assigned at a management group.
pub fn data_role_at_a_management_group() -> Fault {
    // No full stop in Azure's own text.
    DATA_ROLE_BELOW_MANAGEMENT_GROUPS
        .broken("Role assignments to Management Groups can not be made to custom role definitions with DataActions")
}

/// Returns the fault of another assignment giving the same principal the same role at the same scope.
pub fn role_assignment_exists(existing: Uuid) -> Fault {
    ROLE_ASSIGNMENT_IS_UNIQUE
        .broken(format!("The role assignment already exists. The ID of the existing role assignment is {}.", existing.simple()))
}

/// Returns the fault of a name being in use for another principal or scope.
pub fn update_not_permitted() -> Fault {
    ROLE_ASSIGNMENT_KEEPS_PRINCIPAL_AND_SCOPE.broken("Tenant ID, application ID, principal ID, and scope are not allowed to be updated.")
}

/// Returns the fault of there being no assignment of this name at the scope.
pub fn role_assignment_not_found(name: &str) -> Fault {
    ROLE_ASSIGNMENT_EXISTS.broken(format!("The role assignment '{name}' is not found."))
}

/// Checks that one more assignment fits below the limit, `count` being there.
pub fn one_more_fits_a_subscription(count: usize) -> Result<(), Fault> {
    one_more_fits(&ROLE_ASSIGNMENTS_PER_SUBSCRIPTION, count, PER_SUBSCRIPTION_MAX)
}

/// Checks that one more assignment fits below the limit, `count` being there.
pub fn one_more_fits_a_management_group(count: usize) -> Result<(), Fault> {
    one_more_fits(&ROLE_ASSIGNMENTS_PER_MANAGEMENT_GROUP, count, PER_MANAGEMENT_GROUP_MAX)
}

fn one_more_fits(rule: &'static Rule, count: usize, most: usize) -> Result<(), Fault> {
    if count < most { Ok(()) } else { Err(rule.broken("No more role assignments can be created")) }
}

/// Checks that somebody is left to administer access, `others` being the other assignments that do so.
pub fn an_administrator_is_left(others: usize) -> Result<(), Fault> {
    if others > 0 {
        return Ok(());
    }
    Err(LAST_RBAC_ADMINISTRATOR_STAYS.broken("Cannot delete the last RBAC admin assignment"))
}

/// Checks the length of a description.
pub fn description_has_its_length(description: &str) -> Result<(), Fault> {
    if description.len() <= DESCRIPTION_BYTES_MAX { Ok(()) } else { Err(DESCRIPTION_LENGTH.broken(BADLY_FORMATTED)) }
}

/// Returns the fault of a filter that role assignments do not have; at the root, of a missing one.
pub fn role_assignment_filter_not_supported(filter: &str) -> Fault {
    // The quotes do not balance in Azure's own text.
    ROLE_ASSIGNMENT_FILTER_IS_SUPPORTED.broken(format!(
        "The filter '{filter}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{{value}}' or \
         assignedTo('{{value}}')'."
    ))
}

/// Returns the fault of a filter that role definitions do not have.
pub fn role_definition_filter_not_supported(filter: &str) -> Fault {
    ROLE_DEFINITION_FILTER_IS_SUPPORTED.broken(format!("The filter '{filter}' is not supported."))
}
