//! Cases of privileged identity management: eligibilities, activations and assignments that end.
//!
//! Rules: `rules/schedules.rs` of the core.

use axum::http::Method;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{CONTRIBUTOR, Cases, RG_LINKED, RG_SHARED, STRANGER, get, grant, post, put};

pub(super) const CASES: Cases = &[
    ("schedule-needs-permission", schedule_needs_permission),
    ("schedule-request-name-is-a-guid", schedule_request_name_is_a_guid),
    ("schedule-request-is-new", schedule_request_is_new),
    ("schedule-request-is-whole", schedule_request_is_whole),
    ("schedule-request-type-is-known", schedule_request_type_is_known),
    ("schedule-role-exists", schedule_role_exists),
    ("schedule-principal-exists", schedule_principal_exists),
    ("activation-is-for-oneself", activation_is_for_oneself),
    ("activation-needs-an-eligibility", activation_needs_an_eligibility),
    ("schedule-times-are-iso-8601", schedule_times_are_iso_8601),
    ("schedule-info-shape", schedule_info_shape),
    ("policy-limits-the-duration", policy_limits_the_duration),
    ("policy-asks-for-a-justification", policy_asks_for_a_justification),
    ("schedule-is-unique", schedule_is_unique),
    ("one-pending-request", one_pending_request),
    ("schedule-to-change-exists", schedule_to_change_exists),
    ("five-minutes-active", five_minutes_active),
    ("pending-request-can-be-canceled", pending_request_can_be_canceled),
    ("schedule-exists", schedule_exists),
    ("schedule-filter-is-supported", schedule_filter_is_supported),
];

const DOES_NOT_EXIST: &str = "The Role assignment does not exist.";
const STRANGER_MAY_NOT: &str = "The requestor 44444444-4444-4444-4444-000000000006 does not have permissions for this request.…";

/// The id of a request for an active assignment.
fn active(number: u32) -> String {
    format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/eeeeeeee-0000-4000-8000-{number:012}")
}

/// The id of a request for an eligibility.
fn eligible(number: u32) -> String {
    format!("{RG_SHARED}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/eeeeeeee-0000-4000-8000-{number:012}")
}

/// The body of a request about the stranger and Contributor.
fn asks(request_type: &str, duration: &str) -> Value {
    let mut body = grant(CONTRIBUTOR, STRANGER);
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("requestType".to_owned(), request_type.into());
        properties.insert("justification".to_owned(), "on call".into());
        properties.insert("scheduleInfo".to_owned(), json!({ "expiration": { "type": "AfterDuration", "duration": duration } }));
    }
    body
}

/// As `asks`, with another value of a property.
fn asks_with(request_type: &str, name: &str, value: Value) -> Value {
    let mut body = asks(request_type, "PT8H");
    if let Some(properties) = body.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), value);
    }
    body
}

/// Gives the stranger Contributor for eight hours.
fn assign(number: u32) -> Step {
    put(active(number), asks("AdminAssign", "PT8H"))
}

/// Gives the stranger Contributor in the year 2100.
fn assign_later(number: u32) -> Step {
    let later = json!({ "startDateTime": "2100-01-01T00:00:00Z", "expiration": { "type": "AfterDuration", "duration": "PT8H" } });
    put(active(number), asks_with("AdminAssign", "scheduleInfo", later))
}

/// Makes the stranger eligible for Contributor.
fn make_eligible() -> Step {
    put(eligible(1), asks("AdminAssign", "P30D"))
}

/// Has the stranger activate Contributor.
fn activate() -> Step {
    put(active(2), asks("SelfActivate", "PT8H")).by("stranger")
}

fn schedule_needs_permission(name: &'static str) -> Case {
    let list = |filter: &str| get(format!("{RG_SHARED}/providers/Microsoft.Authorization/roleEligibilitySchedules{filter}")).by("stranger");
    Case::new(name, list("")).says(STRANGER_MAY_NOT).passes_as("Only the caller's own are asked for.", list("?$filter=asTarget()"))
}

fn schedule_request_name_is_a_guid(name: &'static str) -> Case {
    let named = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/on-call");
    Case::new(name, put(named, asks("AdminAssign", "PT8H")))
        .says("The request was incorrectly formatted.")
        .passes_as("The name is a GUID.", assign(1))
}

fn schedule_request_is_new(name: &'static str) -> Case {
    let update = |number: u32| put(active(number), asks("AdminUpdate", "PT4H"));
    Case::new(name, update(1))
        .after([assign(1)])
        .says("A role assignment request with Id: eeeeeeee-0000-4000-8000-000000000001 already exists.")
        .passes_as("The request has a name of its own.", update(2))
}

fn schedule_request_is_whole(name: &'static str) -> Case {
    Case::new(name, put(active(1), asks_with("AdminAssign", "requestType", Value::Null)))
        .says("The content of your request was not valid, and the original object could not be deserialized. Exception message: 'Required property 'requestType' not found in JSON. Path 'properties', line 1, position …'")
        .passes_as("It says what is to happen.", assign(1))
}

fn schedule_request_type_is_known(name: &'static str) -> Case {
    Case::new(name, put(active(1), asks("Assign", "PT8H")))
        .says("The requestType 'Assign' is not valid for this request.")
        .passes_as("The word is Azure's.", assign(1))
}

fn schedule_role_exists(name: &'static str) -> Case {
    let role = "/providers/Microsoft.Authorization/roleDefinitions/bbbbbbbb-0000-4000-8000-000000000099";
    Case::new(name, put(active(1), asks_with("AdminAssign", "roleDefinitionId", role.into())))
        .says("The role is not found.")
        .passes_as("The role is there.", assign(1))
}

fn schedule_principal_exists(name: &'static str) -> Case {
    Case::new(name, put(active(1), asks_with("AdminAssign", "principalId", "aaaaaaaa-0000-4000-8000-000000000099".into())))
        .says("The subject is not found.")
        .passes_as("The principal is of this tenant.", assign(1))
}

fn activation_is_for_oneself(name: &'static str) -> Case {
    Case::new(name, activate().by("owner"))
        .after([make_eligible()])
        .says("The requestor 44444444-4444-4444-4444-000000000001 does not have permissions for this request.")
        .passes_as("Who is eligible activates.", activate())
}

fn activation_needs_an_eligibility(name: &'static str) -> Case {
    Case::new(name, activate())
        .says("The following policy rules failed: [\"EligibilityRule\"]")
        .passes_after("The stranger is made eligible.", [make_eligible()])
}

fn schedule_times_are_iso_8601(name: &'static str) -> Case {
    Case::new(name, put(active(1), asks("AdminAssign", "P2W")))
        .says("The role assignment request schedule is invalid. The duration 'P2W' is not an ISO 8601 duration such as PT8H, P30D or P1Y; weeks are not read.")
        .passes_as("The weeks are written as days.", put(active(1), asks("AdminAssign", "P14D")))
}

fn schedule_info_shape(name: &'static str) -> Case {
    let no_duration = json!({ "expiration": { "type": "AfterDuration" } });
    Case::new(name, put(active(1), asks_with("AdminAssign", "scheduleInfo", no_duration)))
        .says("The role assignment request schedule is invalid.")
        .passes_as("The type AfterDuration has a duration.", assign(1))
}

fn policy_limits_the_duration(name: &'static str) -> Case {
    Case::new(name, put(active(1), asks("AdminAssign", "P181D")))
        .says("The following policy rules failed: [\"ExpirationRule\"]")
        .passes_as("It lasts 180 days.", put(active(1), asks("AdminAssign", "P180D")))
}

fn policy_asks_for_a_justification(name: &'static str) -> Case {
    Case::new(name, put(active(1), asks_with("AdminAssign", "justification", Value::Null)))
        .says("The following policy rules failed: [\"JustificationRule\"]")
        .passes_as("It says why.", assign(1))
}

fn schedule_is_unique(name: &'static str) -> Case {
    Case::new(name, assign(2))
        .after([assign(1)])
        .says("The Role assignment already exists.")
        .passes_as("What is there is updated.", put(active(2), asks("AdminUpdate", "PT8H")))
}

fn one_pending_request(name: &'static str) -> Case {
    Case::new(name, assign(2))
        .after([assign_later(1)])
        .says("There is already an existing pending Role assignment request.")
        .passes_after("The request that waits is canceled.", [post(format!("{}/cancel", active(1)), Value::Null)])
}

fn schedule_to_change_exists(name: &'static str) -> Case {
    let elsewhere = active(2).replace(RG_SHARED, RG_LINKED);
    let update = asks("AdminUpdate", "PT4H");
    Case::new(name, put(elsewhere, update.clone()))
        .after([assign(1)])
        .says(DOES_NOT_EXIST)
        .passes_as("The scope is that of the assignment.", put(active(2), update))
}

fn five_minutes_active(name: &'static str) -> Case {
    let wait = Step::control(Method::PATCH, "clock", &json!({ "advance": "PT5M" }));
    Case::new(name, put(active(2), asks("AdminRemove", "PT8H")))
        .after([assign(1)])
        .says("The Active duration is too short. Miniumum Required is 5 minutes.")
        .passes_after("Five minutes go by.", [wait])
}

fn pending_request_can_be_canceled(name: &'static str) -> Case {
    let cancel = |number: u32| post(format!("{}/cancel", active(number)), Value::Null);
    Case::new(name, cancel(1))
        .after([assign(1)])
        .says("The role assignment request with Id: eeeeeeee-0000-4000-8000-000000000001 cannot be canceled because its status is 'Provisioned'.")
        .nothing_helps("What has begun is ended by AdminRemove or SelfDeactivate, not canceled.")
}

fn schedule_exists(name: &'static str) -> Case {
    Case::new(name, get(active(1)))
        .says("The resource of type 'roleAssignmentScheduleRequests' with the name 'eeeeeeee-0000-4000-8000-000000000001' was not found.")
        .passes_after("The request is made.", [assign(1)])
}

fn schedule_filter_is_supported(name: &'static str) -> Case {
    let list = |filter: &str| get(format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignmentSchedules?$filter={filter}"));
    Case::new(name, list("asRequestor()"))
        .says("The filter 'asRequestor()' is not supported.")
        .passes_as("The filter is one that there is.", list("asTarget()"))
}
