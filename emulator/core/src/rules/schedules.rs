//! Rules of privileged identity management: what a schedule request must be, and what the policy of a role asks of it.
//!
//! Checks take plain values; what exists is looked up in `authorization/schedule/`. Texts: `authorization-wire` 4.7; codes
//! that are not there are those of the API before this one, which Microsoft documents.

use super::Evidence::{Assumed, Documented, Reported};
use super::role_assignments;
use super::{Origin, Rule};
use crate::fault::Fault;
use crate::reader_words::Place;
use crate::timestamp::Duration;
use uuid::Uuid;

const REQUESTS: &str = "https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/create";
const CANCEL: &str = "https://learn.microsoft.com/rest/api/authorization/role-assignment-schedule-requests/cancel";
const SCHEDULES: &str = "https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules";
const LISTING: &str = "https://learn.microsoft.com/rest/api/authorization/role-assignment-schedules/list-for-scope";
const PIM_APIS: &str = "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-apis";
const ACTIVATE: &str =
    "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-activate-your-roles";
const SETTINGS: &str =
    "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings";
const ASSIGN: &str = "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-assign-roles";
const ERRORS: &str = "https://learn.microsoft.com/rest/api/authorization/includes/privileged-role-common-errors";
/// The codes of the API before this one.
const CODES: &str = "https://learn.microsoft.com/graph/api/governanceroleassignmentrequest-post";

/// Evidence of what users and live tests of open clients quote.
const QUOTED: &str = "quoted by users and by live tests of open clients";

/// How long a role stays active at least.
pub const ACTIVE_AT_LEAST: Duration = Duration::from_seconds(5 * 60);

/// Managing schedules needs a right; what is one's own needs none.
pub static SCHEDULE_NEEDS_PERMISSION: Rule = Rule {
    name: "schedule-needs-permission",
    sentence: "Managing eligible and active assignments of others needs a role that has the action, such as Owner or User Access Administrator.",
    page: PIM_APIS,
    status: 400,
    code: "InsufficientPermissions",
    origin: Origin::Provider,
    remedy: "Assign Owner or User Access Administrator at the scope; to see one's own, send $filter=asTarget().",
    limit: Documented { page: PIM_APIS },
    answer: Reported { source: QUOTED },
};

/// The name of a request is a GUID.
pub static SCHEDULE_REQUEST_NAME_IS_A_GUID: Rule = Rule {
    name: "schedule-request-name-is-a-guid",
    sentence: "The name of a schedule request is a GUID.",
    page: REQUESTS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name.",
    limit: Documented { page: REQUESTS },
    answer: Assumed { because: "the code and text are those of malformed role assignments" },
};

/// A request says who, which role, and what is to happen.
pub static SCHEDULE_REQUEST_IS_WHOLE: Rule = Rule {
    name: "schedule-request-is-whole",
    sentence: "A schedule request has principalId, roleDefinitionId and requestType.",
    page: REQUESTS,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Provider,
    remedy: "Send the three in an object named properties.",
    limit: Documented { page: REQUESTS },
    answer: Assumed { because: "the code and text are those of role assignments" },
};

/// What a request asks for is one of Azure's words.
pub static SCHEDULE_REQUEST_TYPE_IS_KNOWN: Rule = Rule {
    name: "schedule-request-type-is-known",
    sentence: "The requestType of a schedule request is one of Azure's words; only requests for assignments activate and deactivate.",
    page: REQUESTS,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Provider,
    remedy: "Send AdminAssign, AdminUpdate or AdminRemove, or to roleAssignmentScheduleRequests SelfActivate or SelfDeactivate.",
    limit: Documented { page: REQUESTS },
    answer: Assumed { because: "no refusal of another word was found" },
};

/// A request is made once.
pub static SCHEDULE_REQUEST_IS_NEW: Rule = Rule {
    name: "schedule-request-is-new",
    sentence: "A schedule request is sent once: its name cannot be used again.",
    page: REQUESTS,
    status: 409,
    code: "RoleAssignmentRequestExists",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name.",
    limit: Reported { source: "Azure/bicep#12472, Azure/bicep-types-az#1431" },
    answer: Reported { source: QUOTED },
};

/// Who is to hold the role is in the directory.
pub static SCHEDULE_PRINCIPAL_EXISTS: Rule = Rule {
    name: "schedule-principal-exists",
    sentence: "The principal of a schedule request is in the directory of the scope's tenant.",
    page: CODES,
    status: 400,
    code: "SubjectNotFound",
    origin: Origin::Provider,
    remedy: "Send the object id of a principal of this tenant; for one made a moment ago, try again.",
    limit: Documented { page: CODES },
    answer: Assumed { because: "the code is documented and handled by open clients, the text is not" },
};

/// The role is there and can be assigned at the scope.
pub static SCHEDULE_ROLE_EXISTS: Rule = Rule {
    name: "schedule-role-exists",
    sentence: "The role of a schedule request exists and can be assigned at the scope.",
    page: CODES,
    status: 400,
    code: "RoleNotFound",
    origin: Origin::Provider,
    remedy: "List the role definitions at the scope and take the id of one of them.",
    limit: Documented { page: CODES },
    answer: Assumed { because: "the code is documented, the text is not" },
};

/// When it begins and ends can be understood.
pub static SCHEDULE_INFO_SHAPE: Rule = Rule {
    name: "schedule-info-shape",
    sentence: "A schedule ends AfterDuration with a duration, AfterDateTime with a later endDateTime, or has NoExpiration.",
    page: REQUESTS,
    status: 400,
    code: "InvalidRoleAssignmentRequestSchedule",
    origin: Origin::Provider,
    remedy: "Send an expiration whose type has its value, the end after the start and after now.",
    limit: Documented { page: REQUESTS },
    answer: Assumed { because: "the code is reported, the text is not" },
};

/// Times and durations can be read.
pub static SCHEDULE_TIMES_ARE_ISO_8601: Rule = Rule {
    name: "schedule-times-are-iso-8601",
    sentence: "startDateTime and endDateTime are ISO 8601 instants with an offset, duration an ISO 8601 duration without weeks; a year has 365 days and a month 30.",
    page: REQUESTS,
    status: 400,
    code: "InvalidRoleAssignmentRequestSchedule",
    origin: Origin::Provider,
    remedy: "Send an instant such as 2030-01-01T00:00:00Z, a duration such as PT8H, P30D or P1Y.",
    limit: Documented { page: REQUESTS },
    answer: Assumed { because: "the code is that of other schedules that are wrong; no such answer was found" },
};

/// A role is given no longer than its policy allows.
pub static POLICY_LIMITS_THE_DURATION: Rule = Rule {
    name: "policy-limits-the-duration",
    sentence: "An assignment ends, and no later than the policy of the role allows: eligible 365 days, active 180 days, activated 8 hours.",
    page: SETTINGS,
    status: 400,
    code: "RoleAssignmentRequestPolicyValidationFailed",
    origin: Origin::Provider,
    remedy: "Send a shorter expiration in scheduleInfo, or change the expiration rule of the role's policy at the scope.",
    limit: Documented { page: SETTINGS },
    answer: Documented { page: ERRORS },
};

/// A role is given for a reason.
pub static POLICY_ASKS_FOR_A_JUSTIFICATION: Rule = Rule {
    name: "policy-asks-for-a-justification",
    sentence: "An active assignment and an activation say why, unless the policy of the role does not ask.",
    page: SETTINGS,
    status: 400,
    code: "RoleAssignmentRequestPolicyValidationFailed",
    origin: Origin::Provider,
    remedy: "Send a justification, or take Justification out of the enablement rule of the role's policy at the scope.",
    limit: Documented { page: SETTINGS },
    answer: Documented { page: ERRORS },
};

/// A role is given under a ticket.
pub static POLICY_ASKS_FOR_A_TICKET: Rule = Rule {
    name: "policy-asks-for-a-ticket",
    sentence: "Where the policy of a role enables Ticketing, an active assignment or an activation names a ticket and its system.",
    page: SETTINGS,
    status: 400,
    code: "RoleAssignmentRequestPolicyValidationFailed",
    origin: Origin::Provider,
    remedy: "Send ticketInfo with ticketNumber and ticketSystem, or take Ticketing out of the enablement rule of the role's policy at the scope.",
    limit: Documented { page: SETTINGS },
    answer: Documented { page: ERRORS },
};

/// An active role stays active for a while.
pub static FIVE_MINUTES_ACTIVE: Rule = Rule {
    name: "five-minutes-active",
    sentence: "An active assignment lasts at least five minutes, and is not removed or deactivated before.",
    page: ASSIGN,
    status: 400,
    code: "ActiveDurationTooShort",
    origin: Origin::Provider,
    remedy: "Wait until five minutes have gone by on the world's clock ('POST /_emulator/clock'), or ask for five minutes at least.",
    limit: Documented { page: ASSIGN },
    answer: Reported { source: QUOTED },
};

/// A principal is given a role at a scope once.
pub static SCHEDULE_IS_UNIQUE: Rule = Rule {
    name: "schedule-is-unique",
    sentence: "A principal is made eligible for a role at a scope once, and is given it actively once, with or without a schedule.",
    page: CODES,
    status: 400,
    code: "RoleAssignmentExists",
    origin: Origin::Provider,
    remedy: "Nothing needs to be done; or send AdminUpdate to change when it ends, or AdminRemove first.",
    limit: Documented { page: CODES },
    answer: Reported { source: QUOTED },
};

/// One request waits at a time.
pub static ONE_PENDING_REQUEST: Rule = Rule {
    name: "one-pending-request",
    sentence: "While a request for a principal, a role and a scope waits for its start, there is no second one.",
    page: CODES,
    status: 400,
    code: "PendingRoleAssignmentRequest",
    origin: Origin::Provider,
    remedy: "Cancel the request that waits, or send AdminUpdate.",
    limit: Documented { page: CODES },
    answer: Assumed { because: "the code is documented and reported, the text is from memory of its users" },
};

/// What is changed or removed is there.
pub static SCHEDULE_TO_CHANGE_EXISTS: Rule = Rule {
    name: "schedule-to-change-exists",
    sentence: "What a request updates, removes or deactivates is there: the principal has the role at that very scope.",
    page: CODES,
    status: 400,
    code: "RoleAssignmentDoesNotExist",
    origin: Origin::Provider,
    remedy: "List the schedules of the principal, and send its role and scope as they are there.",
    limit: Documented { page: CODES },
    answer: Reported { source: QUOTED },
};

/// Only what one is eligible for can be activated.
pub static ACTIVATION_NEEDS_AN_ELIGIBILITY: Rule = Rule {
    name: "activation-needs-an-eligibility",
    sentence: "A role is activated at a scope at which, or above which, the principal or a group of it is eligible for it.",
    page: ACTIVATE,
    status: 400,
    code: "RoleAssignmentRequestPolicyValidationFailed",
    origin: Origin::Provider,
    remedy: "Have an administrator send AdminAssign to roleEligibilityScheduleRequests, or send the linkedRoleEligibilityScheduleId of an eligibility that there is.",
    limit: Documented { page: ACTIVATE },
    answer: Documented { page: ERRORS },
};

/// Nobody activates for somebody else.
pub static ACTIVATION_IS_FOR_ONESELF: Rule = Rule {
    name: "activation-is-for-oneself",
    sentence: "A principal activates and deactivates its own roles only.",
    page: ACTIVATE,
    status: 400,
    code: "InsufficientPermissions",
    origin: Origin::Provider,
    remedy: "Send the caller's own object id as principalId, also when a group of it is eligible.",
    limit: Documented { page: ACTIVATE },
    answer: Assumed { because: "the code and text are those of other requests that lack a right" },
};

/// What has happened is not canceled.
pub static PENDING_REQUEST_CAN_BE_CANCELED: Rule = Rule {
    name: "pending-request-can-be-canceled",
    sentence: "A schedule request is canceled while it waits for its start, not later.",
    page: CANCEL,
    status: 400,
    code: "RoleAssignmentRequestCannotBeCanceled",
    origin: Origin::Provider,
    remedy: "Send AdminRemove, or SelfDeactivate, to end what has begun.",
    limit: Documented { page: CANCEL },
    answer: Assumed { because: "no such answer was found" },
};

/// What is read is there.
pub static SCHEDULE_EXISTS: Rule = Rule {
    name: "schedule-exists",
    sentence: "A schedule, an instance or a request that is read exists at the scope in the path.",
    page: SCHEDULES,
    status: 404,
    code: "ResourceNotFound",
    origin: Origin::Provider,
    remedy: "List what there is at the scope and take the id of one of them.",
    limit: Documented { page: SCHEDULES },
    answer: Assumed { because: "the status is reported, code and text are not" },
};

/// A list is filtered by scope, by principal or by role.
pub static SCHEDULE_FILTER_IS_SUPPORTED: Rule = Rule {
    name: "schedule-filter-is-supported",
    sentence: "Schedules are listed with atScope(), asTarget(), assignedTo(), principalId eq and roleDefinitionId eq, requests with asRequestor() and asApprover() too.",
    page: LISTING,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Send some of those filters, joined by 'and', values in single quotes.",
    limit: Documented { page: LISTING },
    answer: Assumed { because: "code and text follow those of role assignments" },
};

/// Rules of this file, in the order in which a PUT meets them, then those of other requests.
pub static ALL: &[&Rule] = &[
    &SCHEDULE_NEEDS_PERMISSION,
    &SCHEDULE_REQUEST_NAME_IS_A_GUID,
    &SCHEDULE_REQUEST_IS_NEW,
    &SCHEDULE_REQUEST_IS_WHOLE,
    &SCHEDULE_REQUEST_TYPE_IS_KNOWN,
    &SCHEDULE_ROLE_EXISTS,
    &SCHEDULE_PRINCIPAL_EXISTS,
    &ACTIVATION_IS_FOR_ONESELF,
    &ACTIVATION_NEEDS_AN_ELIGIBILITY,
    &SCHEDULE_TIMES_ARE_ISO_8601,
    &SCHEDULE_INFO_SHAPE,
    &POLICY_LIMITS_THE_DURATION,
    &POLICY_ASKS_FOR_A_JUSTIFICATION,
    &POLICY_ASKS_FOR_A_TICKET,
    &SCHEDULE_IS_UNIQUE,
    &ONE_PENDING_REQUEST,
    &SCHEDULE_TO_CHANGE_EXISTS,
    &FIVE_MINUTES_ACTIVE,
    &PENDING_REQUEST_CAN_BE_CANCELED,
    &SCHEDULE_EXISTS,
    &SCHEDULE_FILTER_IS_SUPPORTED,
];

/// Returns the rule behind a refusal of access, where the action is one of privileged identity management.
pub fn rule_of_refusal(action: &str) -> Option<&'static Rule> {
    is_of_schedules(action).then_some(&SCHEDULE_NEEDS_PERMISSION)
}

/// Returns whether an action is about schedules, their instances or requests.
fn is_of_schedules(action: &str) -> bool {
    let of = |start: &str| action.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    of("Microsoft.Authorization/roleAssignmentSchedule") || of("Microsoft.Authorization/roleEligibilitySchedule")
}

/// Returns what a requestor without the right is told.
pub fn no_permission(requestor: Uuid, action: &str) -> String {
    let hint = if action.ends_with("/read") { " Please use $filter=asTarget() to filter on the requestor's assignments." } else { "" };
    format!("The requestor {requestor} does not have permissions for this request.{hint}")
}

/// Reads the name of a request, which is a GUID.
pub fn name_is_a_guid(name: &str) -> Result<Uuid, Fault> {
    Uuid::try_parse(name).map_err(|_| SCHEDULE_REQUEST_NAME_IS_A_GUID.broken("The request was incorrectly formatted."))
}

/// Returns the fault of a request that lacks `property`.
pub fn required_property_missing(property: &str) -> Fault {
    SCHEDULE_REQUEST_IS_WHOLE.broken(role_assignments::required_property(property)).in_body(Place::End("properties".to_owned()))
}

/// Returns the fault of a request type that there is not.
pub fn unknown_request_type(word: &str) -> Fault {
    SCHEDULE_REQUEST_TYPE_IS_KNOWN.broken(format!("The requestType '{word}' is not valid for this request."))
}

/// Returns the fault of a request having been made before.
pub fn request_exists(name: Uuid) -> Fault {
    SCHEDULE_REQUEST_IS_NEW.broken(format!("A role assignment request with Id: {name} already exists."))
}

/// Returns the fault of a principal not being in the tenant's directory.
pub fn subject_not_found() -> Fault {
    SCHEDULE_PRINCIPAL_EXISTS.broken("The subject is not found.")
}

/// Returns the fault of a role not existing, or not being assignable at the scope.
pub fn role_not_found() -> Fault {
    SCHEDULE_ROLE_EXISTS.broken("The role is not found.")
}

/// Returns the fault of a schedule that cannot be understood.
pub fn invalid_schedule() -> Fault {
    SCHEDULE_INFO_SHAPE.broken("The role assignment request schedule is invalid.")
}

/// Returns the fault of an instant in the member `name` that cannot be read.
pub fn unreadable_time(name: &str, text: &str) -> Fault {
    SCHEDULE_TIMES_ARE_ISO_8601.broken(format!(
        "The role assignment request schedule is invalid. The {name} '{text}' is not an ISO 8601 instant such as 2030-01-01T00:00:00Z."
    ))
}

/// Returns the fault of a duration that cannot be read.
pub fn unreadable_duration(text: &str) -> Fault {
    SCHEDULE_TIMES_ARE_ISO_8601.broken(format!(
        "The role assignment request schedule is invalid. The duration '{text}' is not an ISO 8601 duration such as PT8H, P30D or P1Y; weeks are not read."
    ))
}

/// Checks that no rule of the policy failed; the first of those that did speaks for all.
pub fn policy_is_kept(failed: &[(&'static Rule, &'static str)]) -> Result<(), Fault> {
    let Some((rule, _)) = failed.first() else { return Ok(()) };
    let names: Vec<String> = failed.iter().map(|(_, name)| format!("\"{name}\"")).collect();
    Err(rule.broken(format!("The following policy rules failed: [{}]", names.join(","))))
}

/// Checks that an active assignment lasts long enough.
pub fn active_long_enough(lasted: Duration) -> Result<(), Fault> {
    if lasted >= ACTIVE_AT_LEAST {
        return Ok(());
    }
    // The misspelt word is Azure's.
    Err(FIVE_MINUTES_ACTIVE.broken("The Active duration is too short. Miniumum Required is 5 minutes."))
}

/// Returns the fault of the principal having the role at the scope already.
pub fn assignment_exists() -> Fault {
    SCHEDULE_IS_UNIQUE.broken("The Role assignment already exists.")
}

/// Returns the fault of another request waiting for its start.
pub fn request_is_pending() -> Fault {
    ONE_PENDING_REQUEST.broken("There is already an existing pending Role assignment request.")
}

/// Returns the fault of the principal not having the role at the scope.
pub fn assignment_does_not_exist() -> Fault {
    SCHEDULE_TO_CHANGE_EXISTS.broken("The Role assignment does not exist.")
}

/// Returns the fault of nobody having made the principal eligible.
pub fn not_eligible() -> Fault {
    ACTIVATION_NEEDS_AN_ELIGIBILITY.broken("The following policy rules failed: [\"EligibilityRule\"]")
}

/// Returns the fault of an entry of a world file that activates what is not there.
pub fn no_such_eligibility(name: &str) -> Fault {
    ACTIVATION_NEEDS_AN_ELIGIBILITY.broken(format!("There is no eligibility '{name}' of the role."))
}

/// Checks that who activates is who will hold the role.
pub fn is_for_oneself(requestor: Uuid, principal: Uuid) -> Result<(), Fault> {
    if requestor == principal { Ok(()) } else { Err(ACTIVATION_IS_FOR_ONESELF.broken(no_permission(requestor, ""))) }
}

/// Returns the fault of a request that does not wait any more.
pub fn not_pending(name: Uuid, status: &str) -> Fault {
    PENDING_REQUEST_CAN_BE_CANCELED
        .broken(format!("The role assignment request with Id: {name} cannot be canceled because its status is '{status}'."))
}

/// Returns the fault of there being no such schedule, instance or request at the scope.
pub fn not_found(resource_type: &str, name: &str) -> Fault {
    let kind = resource_type.rsplit('/').next().unwrap_or_default();
    SCHEDULE_EXISTS.broken(format!("The resource of type '{kind}' with the name '{name}' was not found."))
}

/// Returns the fault of a filter that schedules do not have.
pub fn filter_not_supported(filter: &str) -> Fault {
    SCHEDULE_FILTER_IS_SUPPORTED.broken(format!("The filter '{filter}' is not supported."))
}
