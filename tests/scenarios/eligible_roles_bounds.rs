//! Privileged identity management: what nobody gets by it who may not have it.
//!
//! <https://learn.microsoft.com/azure/role-based-access-control/role-assignments-eligible-activate>

use adf_emulator_tests::{
    ADA, Azure, OWNER, READER, RG_SHARED, STRANGER, asks, assignment_request, eligibility_request, grant, role_assignment,
};
use reqwest::Method;
use serde_json::{Value, json};

const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const USER_ACCESS_ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

async fn at_a_standstill() -> Azure {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    Azure::with_world(&world).await
}

fn of(scope: &str, kind: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/{kind}")
}

/// A request that begins two days from the standstill on.
fn in_two_days(mut body: Value) -> Value {
    body["properties"]["scheduleInfo"]["startDateTime"] = "2030-01-03T00:00:00Z".into();
    body
}

/// A condition under which nothing but that role is assigned.
fn assigning_only(role: &str) -> String {
    format!(
        "(!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}})) OR \
         (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{role}}})"
    )
}

/// What requests, schedules and assignments a list at the group shows to the owner, of the stranger.
async fn of_stranger(azure: &Azure, kind: &str) -> Vec<Value> {
    let list = azure.owner().get(&format!("{}?$filter=principalId eq '{STRANGER}'", of(RG_SHARED, kind))).await;
    list.has_status(200).json()["value"].as_array().unwrap().iter().map(|it| it["properties"].clone()).collect()
}

#[tokio::test]
async fn the_condition_of_an_eligibility_holds_for_its_activations() {
    let azure = at_a_standstill().await;
    let stranger = azure.caller("stranger");
    let mut body = asks("AdminAssign", USER_ACCESS_ADMINISTRATOR, STRANGER, "P30D");
    body["properties"]["condition"] = assigning_only(READER).into();
    azure.owner().put(&eligibility_request(RG_SHARED, 1), body).await.has_status(201);
    let mut body = asks("SelfActivate", USER_ACCESS_ADMINISTRATOR, STRANGER, "PT1H");
    body["properties"]["condition"] = assigning_only(OWNER).into();
    stranger.put(&assignment_request(RG_SHARED, 2), body).await.has_status(201);
    stranger.is_refused(Method::PUT, &role_assignment(RG_SHARED, 3), grant(OWNER, STRANGER), 403, "AuthorizationFailed").await;
    stranger.put(&role_assignment(RG_SHARED, 3), grant(READER, STRANGER)).await.has_status(201);
}

#[tokio::test]
async fn neither_a_body_nor_a_filter_makes_what_is_of_others_ones_own() {
    let azure = at_a_standstill().await;
    let stranger = azure.caller("stranger");
    let pending = assignment_request(RG_SHARED, 1);
    azure.owner().put(&pending, in_two_days(asks("AdminAssign", READER, ADA, "PT8H"))).await.has_status(201);
    let body = asks("SelfActivate", READER, STRANGER, "PT1H");
    let before = azure.export();
    for (method, path) in [
        (Method::POST, format!("{pending}/cancel")),
        (Method::GET, pending.clone()),
        (Method::GET, of(RG_SHARED, "roleAssignmentScheduleRequests")),
        (Method::GET, of(RG_SHARED, "roleAssignmentSchedules")),
    ] {
        stranger.send(method, &path, Some(body.clone())).await.is_refused(400, "InsufficientPermissions");
    }
    for filter in [format!("asTarget() and principalId eq '{ADA}'"), format!("asTarget() and assignedTo('{ADA}')")] {
        let list = stranger.get(&format!("{}?$filter={filter}", of(RG_SHARED, "roleAssignmentSchedules"))).await;
        assert_eq!(list.has_status(200).json()["value"], json!([]), "{filter}");
    }
    assert_eq!(azure.export(), before);
}

#[tokio::test]
async fn who_a_request_is_about_reads_it_and_who_made_it_cancels_it() {
    let azure = at_a_standstill().await;
    for (number, principal, caller) in [(1, ENGINEERS, "ada"), (2, STRANGER, "stranger")] {
        let request = eligibility_request(RG_SHARED, number);
        azure.owner().put(&request, in_two_days(asks("AdminAssign", READER, principal, "P30D"))).await.has_status(201);
        if caller == "stranger" {
            let caller = azure.caller(caller);
            caller.get(&request).await.has_status(200);
            caller.post(&format!("{request}/cancel"), json!({})).await.is_refused(400, "InsufficientPermissions");
        }
        azure.owner().post(&format!("{request}/cancel"), json!({})).await.has_status(200);
    }
    assert_eq!(of_stranger(&azure, "roleEligibilitySchedules").await, [] as [Value; 0]);
}
