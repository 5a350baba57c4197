//! Privileged identity management: what nobody gets by it who may not have it.
//!
//! <https://learn.microsoft.com/azure/role-based-access-control/role-assignments-eligible-activate>

use adf_emulator_tests::{
    ADA, Azure, OWNER, READER, RG_SHARED, STRANGER, SUBSCRIPTION, asks, assignment_request, eligibility_request, factory, grant, lock,
    policy_of, role_assignment, role_definition,
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

#[tokio::test]
async fn an_activation_that_waits_does_not_begin_without_its_eligibility() {
    let azure = at_a_standstill().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    let status = async |number: u32| owner.get(&assignment_request(RG_SHARED, number)).await.json()["properties"]["status"].clone();
    let activate = || in_two_days(asks("SelfActivate", READER, STRANGER, "PT1H"));
    // It would begin when the eligibility has ended.
    owner.put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", READER, STRANGER, "P1D")).await.has_status(201);
    stranger
        .is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), activate(), 400, "RoleAssignmentRequestPolicyValidationFailed")
        .await;
    // The eligibility is taken away: what waited is not there to be canceled.
    owner.put(&eligibility_request(RG_SHARED, 3), asks("AdminUpdate", READER, STRANGER, "P30D")).await.has_status(201);
    stranger.put(&assignment_request(RG_SHARED, 4), activate()).await.has_status(201);
    owner.put(&eligibility_request(RG_SHARED, 5), asks("AdminRemove", READER, STRANGER, "P30D")).await.has_status(201);
    assert_eq!(status(4).await, "Revoked");
    let cancel = format!("{}/cancel", assignment_request(RG_SHARED, 4));
    stranger.post(&cancel, json!({})).await.is_refused(400, "RoleAssignmentRequestCannotBeCanceled");
    // The principal leaves the group that is eligible.
    let members = format!("/graph/v1.0/groups/{ENGINEERS}/members");
    let member = json!({ "@odata.id": format!("{}/graph/v1.0/directoryObjects/{STRANGER}", azure.url()) });
    azure.post_as("owner", &format!("{members}/$ref"), &member).await.has_status(204);
    owner.put(&eligibility_request(RG_SHARED, 6), asks("AdminAssign", READER, ENGINEERS, "P30D")).await.has_status(201);
    stranger.put(&assignment_request(RG_SHARED, 7), activate()).await.has_status(201);
    let left = azure.client().delete(format!("{}{members}/{STRANGER}/$ref", azure.url())).bearer_auth("owner").send().await.unwrap();
    assert_eq!(left.status(), 204);
    azure.advance("P2D").await;
    assert_eq!(status(7).await, "Failed");
    stranger.get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn an_update_keeps_the_condition_and_what_an_activation_hangs_on() {
    let azure = at_a_standstill().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    let mut body = asks("AdminAssign", USER_ACCESS_ADMINISTRATOR, STRANGER, "P30D");
    body["properties"]["condition"] = assigning_only(READER).into();
    owner.put(&eligibility_request(RG_SHARED, 1), body).await.has_status(201);
    let activate = asks("SelfActivate", USER_ACCESS_ADMINISTRATOR, STRANGER, "PT1H");
    stranger.put(&assignment_request(RG_SHARED, 2), activate).await.has_status(201);
    for (number, request) in [(3, eligibility_request as fn(&str, u32) -> String), (4, assignment_request)] {
        let update = asks("AdminUpdate", USER_ACCESS_ADMINISTRATOR, STRANGER, "P20D");
        owner.put(&request(RG_SHARED, number), update).await.has_status(201);
    }
    for kind in ["roleEligibilitySchedules", "roleAssignmentSchedules", "roleAssignments"] {
        assert_eq!(of_stranger(&azure, kind).await[0]["condition"], *assigning_only(READER), "{kind}");
    }
    let shown = &of_stranger(&azure, "roleAssignmentSchedules").await[0];
    assert_eq!(shown["assignmentType"], "Activated");
    assert!(shown["linkedRoleEligibilityScheduleId"].is_string());
    // A description and a condition that are put on the assignment outlive an export.
    let list = owner.get(&format!("{}?$filter=principalId eq '{STRANGER}'", of(RG_SHARED, "roleAssignments"))).await.json();
    let mut body = grant(USER_ACCESS_ADMINISTRATOR, STRANGER);
    body["properties"]["description"] = "on call".into();
    body["properties"]["condition"] = assigning_only(OWNER).into();
    owner.put(list["value"][0]["id"].as_str().unwrap(), body).await.has_status(201);
    let copy = Azure::with_world(&serde_json::from_str::<Value>(&azure.export()).unwrap()).await;
    assert_eq!(copy.export(), azure.export());
    let held = &of_stranger(&copy, "roleAssignments").await[0];
    assert_eq!((&held["description"], &held["condition"]), (&json!("on call"), &json!(assigning_only(OWNER))));
    owner.put(&eligibility_request(RG_SHARED, 5), asks("AdminRemove", USER_ACCESS_ADMINISTRATOR, STRANGER, "P1D")).await.has_status(201);
    assert_eq!(of_stranger(&azure, "roleAssignments").await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_request_that_another_replaced_is_not_pending_any_more() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    let first = assignment_request(RG_SHARED, 1);
    owner.put(&first, in_two_days(asks("AdminAssign", READER, STRANGER, "PT8H"))).await.has_status(201);
    owner.put(&assignment_request(RG_SHARED, 2), in_two_days(asks("AdminUpdate", READER, STRANGER, "PT1H"))).await.has_status(201);
    owner.post(&format!("{first}/cancel"), json!({})).await.is_refused(400, "RoleAssignmentRequestCannotBeCanceled");
    assert_eq!(owner.get(&first).await.json()["properties"]["status"], "Revoked");
    owner.post(&format!("{}/cancel", assignment_request(RG_SHARED, 2)), json!({})).await.has_status(200);
    assert_eq!(of_stranger(&azure, "roleAssignmentSchedules").await, [] as [Value; 0]);
}

#[tokio::test]
async fn the_last_administrator_is_given_no_end() {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    world["roleAssignments"] = json!([{ "principal": "owner", "role": "Owner", "scope": SUBSCRIPTION }]);
    let azure = Azure::with_world(&world).await;
    let owner = azure.owner();
    let id = "44444444-4444-4444-4444-000000000001";
    // One that ends by itself does not stand in for one that lasts.
    owner.put(&assignment_request(SUBSCRIPTION, 1), asks("AdminAssign", OWNER, STRANGER, "PT8H")).await.has_status(201);
    let path = assignment_request(SUBSCRIPTION, 2);
    owner.is_refused(Method::PUT, &path, asks("AdminUpdate", OWNER, id, "PT6M"), 412, "CannotDeleteLastRbacAdminAssignment").await;
    owner.put(&role_assignment(SUBSCRIPTION, 3), grant(OWNER, ADA)).await.has_status(201);
    owner.put(&path, asks("AdminUpdate", OWNER, id, "PT6M")).await.has_status(201);
}

#[tokio::test]
async fn a_lock_stands_against_ending_an_assignment() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    let lock = of(RG_SHARED, "locks/keep");
    let level = json!({ "properties": { "level": "CanNotDelete" } });
    owner.put(&format!("{lock}?api-version=2016-09-01"), level).await.has_status(201);
    let remove = asks("AdminRemove", READER, STRANGER, "PT1H");
    owner.is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), remove.clone(), 409, "ScopeLocked").await;
    owner.delete(&format!("{lock}?api-version=2016-09-01")).await.has_status(200);
    owner.put(&assignment_request(RG_SHARED, 2), remove).await.has_status(201);
}

/// The type of the principal is what the directory says.
#[tokio::test]
async fn who_may_give_roles_to_applications_alone_does_so_for_a_time() {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    world["roleAssignments"].as_array_mut().unwrap().retain(|it| it["principal"] != "ada");
    let only = |verb: &str, source: &str| {
        format!(
            "((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{verb}'}})) OR \
             (@{source}[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'ServicePrincipal'))"
        )
    };
    let condition = format!("{} AND {}", only("write", "Request"), only("delete", "Resource"));
    let administrator = json!({ "principal": "ada", "role": "User Access Administrator", "scope": SUBSCRIPTION, "condition": condition });
    world["roleAssignments"].as_array_mut().unwrap().push(administrator);
    let azure = Azure::with_world(&world).await;
    let ada = azure.caller("ada");
    ada.put(&assignment_request(RG_SHARED, 1), asks("AdminAssign", READER, STRANGER, "PT8H")).await.has_status(201);
    let group = asks("AdminAssign", READER, ENGINEERS, "PT8H");
    ada.is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), group, 400, "InsufficientPermissions").await;
    azure.advance("PT5M").await;
    ada.put(&assignment_request(RG_SHARED, 3), asks("AdminRemove", READER, STRANGER, "PT8H")).await.has_status(201);
}

/// Where a role is given by a schedule is as there as where it is given without one: groups have to be, resources need not.
#[tokio::test]
async fn a_schedule_and_a_role_assignment_ask_the_same_of_their_scope() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    let no_group = format!("{SUBSCRIPTION}/resourceGroups/rg-missing");
    for (scope, code) in [(factory(RG_SHARED, "missing"), None), (factory(&no_group, "missing"), Some("ResourceGroupNotFound"))] {
        let requests = [
            (role_assignment(&scope, 1), grant(READER, STRANGER)),
            (assignment_request(&scope, 2), asks("AdminAssign", READER, ADA, "PT8H")),
            (eligibility_request(&scope, 3), asks("AdminAssign", READER, ADA, "PT8H")),
        ];
        for (path, body) in requests {
            match code {
                Some(code) => drop(owner.is_refused(Method::PUT, &path, body, 404, code).await),
                None => drop(owner.put(&path, body).await.has_status(201)),
            }
        }
    }
}

#[tokio::test]
async fn what_waits_does_not_begin_beside_what_was_given_meanwhile() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    owner.put(&assignment_request(RG_SHARED, 1), in_two_days(asks("AdminAssign", READER, STRANGER, "PT8H"))).await.has_status(201);
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    let now = asks("AdminUpdate", READER, STRANGER, "PT8H");
    owner.is_refused(Method::PUT, &assignment_request(RG_SHARED, 2), now.clone(), 400, "RoleAssignmentExists").await;
    assert_eq!(of_stranger(&azure, "roleAssignments").await.len(), 1);
    owner.delete(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    owner.put(&assignment_request(RG_SHARED, 2), now).await.has_status(201);
    assert_eq!(of_stranger(&azure, "roleAssignments").await.len(), 1);
}

#[tokio::test]
async fn an_activation_is_held_to_the_policy_where_one_is_eligible() {
    let azure = at_a_standstill().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    owner.put(&eligibility_request(SUBSCRIPTION, 1), asks("AdminAssign", OWNER, STRANGER, "P30D")).await.has_status(201);
    let policy = policy_of(&azure, SUBSCRIPTION, OWNER).await;
    let an_hour = json!([{ "id": "Expiration_EndUser_Assignment", "maximumDuration": "PT1H" }]);
    owner.patch(&policy, json!({ "properties": { "rules": an_hour } })).await.has_status(200);
    for scope in [SUBSCRIPTION, RG_SHARED] {
        let body = asks("SelfActivate", OWNER, STRANGER, "PT8H");
        let answer =
            stranger.is_refused(Method::PUT, &assignment_request(scope, 2), body, 400, "RoleAssignmentRequestPolicyValidationFailed").await;
        answer.by_rule("policy-limits-the-duration");
    }
    stranger.put(&assignment_request(RG_SHARED, 2), asks("SelfActivate", OWNER, STRANGER, "PT1H")).await.has_status(201);
}

#[tokio::test]
async fn an_update_that_takes_away_needs_the_right_to_delete() {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let actions = ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignmentScheduleRequests/write"];
    let giver = json!({ "properties": { "roleName": "Giver", "permissions": [{ "actions": actions }], "assignableScopes": [RG_SHARED] } });
    world["resources"].as_array_mut().unwrap().push(json!({ "id": role_definition(RG_SHARED, 1), "body": giver }));
    world["roleAssignments"].as_array_mut().unwrap().retain(|it| it["principal"] != "ada");
    world["roleAssignments"].as_array_mut().unwrap().push(json!({ "principal": "ada", "role": "Giver", "scope": RG_SHARED }));
    let azure = Azure::with_world(&world).await;
    let (owner, ada) = (azure.owner(), azure.caller("ada"));
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    let update = |duration: &str| asks("AdminUpdate", READER, STRANGER, duration);
    ada.is_refused(Method::PUT, &assignment_request(RG_SHARED, 1), update("PT5M"), 400, "InsufficientPermissions").await;
    owner.put(&assignment_request(RG_SHARED, 2), update("PT8H")).await.has_status(201);
    ada.is_refused(Method::PUT, &assignment_request(RG_SHARED, 3), update("PT7H"), 400, "InsufficientPermissions").await;
    ada.put(&assignment_request(RG_SHARED, 3), update("PT9H")).await.has_status(201);
    // A lock stands against it as well.
    owner.put(&lock(RG_SHARED, "keep"), json!({ "properties": { "level": "CanNotDelete" } })).await.has_status(201);
    owner.is_refused(Method::PUT, &assignment_request(RG_SHARED, 4), update("PT1H"), 409, "ScopeLocked").await;
    owner.put(&assignment_request(RG_SHARED, 4), update("PT10H")).await.has_status(201);
}

#[tokio::test]
async fn who_may_not_take_a_role_away_does_not_cancel_that_it_is_given() {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    world["roleAssignments"].as_array_mut().unwrap().retain(|it| it["principal"] != "ada");
    let condition = format!(
        "(!(ActionMatches{{'Microsoft.Authorization/roleAssignments/delete'}})) OR \
         (@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{READER}}})"
    );
    let administrator = json!({ "principal": "ada", "role": "User Access Administrator", "scope": SUBSCRIPTION, "condition": condition });
    world["roleAssignments"].as_array_mut().unwrap().push(administrator);
    let azure = Azure::with_world(&world).await;
    for (number, role) in [(1, OWNER), (2, READER)] {
        let body = in_two_days(asks("AdminAssign", role, STRANGER, "PT8H"));
        azure.owner().put(&assignment_request(RG_SHARED, number), body).await.has_status(201);
    }
    let cancel = |number: u32| format!("{}/cancel", assignment_request(RG_SHARED, number));
    let ada = azure.caller("ada");
    ada.is_refused(Method::POST, &cancel(1), json!({}), 400, "InsufficientPermissions").await;
    ada.post(&cancel(2), json!({})).await.has_status(200);
}

#[tokio::test]
async fn a_lock_stands_against_removing_the_eligibility_of_what_is_active() {
    let azure = at_a_standstill().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    owner.put(&eligibility_request(SUBSCRIPTION, 1), asks("AdminAssign", READER, STRANGER, "P30D")).await.has_status(201);
    stranger.put(&assignment_request(RG_SHARED, 2), asks("SelfActivate", READER, STRANGER, "PT8H")).await.has_status(201);
    let (path, remove) = (eligibility_request(SUBSCRIPTION, 3), asks("AdminRemove", READER, STRANGER, "P30D"));
    owner.put(&lock(RG_SHARED, "keep"), json!({ "properties": { "level": "CanNotDelete" } })).await.has_status(201);
    owner.is_refused(Method::PUT, &path, remove.clone(), 409, "ScopeLocked").await;
    stranger.get(RG_SHARED).await.has_status(200);
    owner.delete(&lock(RG_SHARED, "keep")).await.has_status(200);
    owner.put(&path, remove).await.has_status(201);
    stranger.get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
}

#[tokio::test]
async fn what_is_active_outlasts_the_membership_that_it_came_by() {
    let leaves = format!("groups/{ENGINEERS}/members/{ADA}/$ref");
    for gone in [leaves, format!("groups/{ENGINEERS}")] {
        let azure = at_a_standstill().await;
        let (owner, ada) = (azure.owner(), azure.caller("ada"));
        owner.put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", READER, ENGINEERS, "P30D")).await.has_status(201);
        ada.put(&assignment_request(RG_SHARED, 2), asks("SelfActivate", READER, ADA, "PT8H")).await.has_status(201);
        azure.graph("ada", Method::DELETE, &gone, &Value::Null).await.has_status(204);
        let held = async || {
            let list = owner.get(&format!("{}?$filter=principalId eq '{ADA}'", of(RG_SHARED, "roleAssignments"))).await;
            let all = list.has_status(200).json()["value"].as_array().unwrap().clone();
            all.iter().filter(|it| it["properties"]["roleDefinitionId"].as_str().unwrap().ends_with(READER)).count()
        };
        assert_eq!(held().await, 1, "{gone}");
        let world = azure.export();
        assert_eq!(Azure::with_world(&serde_json::from_str(&world).unwrap()).await.export(), world, "{gone}");
        // The eligibility is the group's still; whoever is not in the group activates nothing by it.
        let eligible = async || {
            let list = owner.get(&of(RG_SHARED, "roleEligibilitySchedules")).await.has_status(200).json();
            list["value"].as_array().unwrap().len()
        };
        assert_eq!(eligible().await, 1, "{gone}");
        azure.advance("PT8H").await;
        assert_eq!(held().await, 0, "{gone}");
        let body = asks("SelfActivate", READER, ADA, "PT8H");
        ada.is_refused(Method::PUT, &assignment_request(RG_SHARED, 3), body, 400, "RoleAssignmentRequestPolicyValidationFailed").await;
        owner.put(&eligibility_request(RG_SHARED, 4), asks("AdminRemove", READER, ENGINEERS, "P30D")).await.has_status(201);
        assert_eq!(eligible().await, 0, "{gone}");
    }
}

#[tokio::test]
async fn a_world_file_knows_who_changed_an_active_assignment() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    owner.put(&role_assignment(RG_SHARED, 1), grant(OWNER, ADA)).await.has_status(201);
    owner.put(&assignment_request(RG_SHARED, 2), asks("AdminAssign", READER, STRANGER, "P30D")).await.has_status(201);
    let found = owner.get(&format!("{}?$filter=principalId eq '{STRANGER}'", of(RG_SHARED, "roleAssignments"))).await;
    let id = found.has_status(200).json()["value"][0]["id"].as_str().unwrap().to_owned();
    azure.advance("PT1H").await;
    let mut body = grant(READER, STRANGER);
    body["properties"]["description"] = "for the audit".into();
    azure.caller("ada").put(&id, body).await.has_status(201);
    let stored = owner.get(&id).await.has_status(200).json();
    assert_eq!((&stored["properties"]["updatedBy"], &stored["properties"]["description"]), (&ADA.into(), &"for the audit".into()));
    assert_eq!(stored["properties"]["updatedOn"], "2030-01-01T01:00:00.0000000Z");
    azure.advance("PT1H").await;
    let again = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(again.owner().get(&id).await.has_status(200).json(), stored);
    assert_eq!(again.export(), azure.export());
    // An update of the schedule is one of its assignment.
    owner.put(&assignment_request(RG_SHARED, 3), asks("AdminUpdate", READER, STRANGER, "P60D")).await.has_status(201);
    let stored = owner.get(&id).await.has_status(200).json();
    assert_eq!(stored["properties"]["updatedOn"], "2030-01-01T02:00:00.0000000Z");
    assert_ne!(stored["properties"]["updatedBy"], ADA);
    let again = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(again.owner().get(&id).await.has_status(200).json(), stored);
}
