//! Privileged identity management: who is eligible activates, works, and loses the role when its time is over.
//!
//! <https://learn.microsoft.com/azure/role-based-access-control/role-assignments-eligible-activate>

use adf_emulator_tests::{
    ADA, Azure, CONTRIBUTOR, OWNER, READER, RG_SHARED, STRANGER, SUBSCRIPTION, asks, assignment_request, eligibility_request, factory,
    factory_with_identity, grant, policy_of, role_assignment,
};
use reqwest::Method;
use serde_json::{Value, json};

const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";

async fn at_a_standstill() -> Azure {
    let azure = Azure::start().await;
    azure.control(Method::PATCH, "clock", &json!({ "frozen": true })).await.has_status(200);
    azure
}

/// A world made from what this one exports, which must export the same.
async fn again(azure: &Azure) -> Azure {
    let export = azure.export();
    let again = Azure::with_world(&serde_json::from_str::<Value>(&export).unwrap()).await;
    assert_eq!(again.export(), export);
    again
}

fn of(scope: &str, kind: &str) -> String {
    format!("{}/providers/Microsoft.Authorization/{kind}", scope.trim_end_matches('/'))
}

/// The properties of each element that a list shows to a caller.
async fn listed(azure: &Azure, caller: &str, path: &str) -> Vec<Value> {
    let list = azure.caller(caller).get(path).await;
    list.has_status(200).json()["value"].as_array().unwrap().iter().map(|it| it["properties"].clone()).collect()
}

#[tokio::test]
async fn an_eligible_application_activates_works_and_stops() {
    let azure = at_a_standstill().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    let made = owner.put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", CONTRIBUTOR, STRANGER, "P30D")).await;
    let eligibility = made.has_status(201).json()["properties"]["targetRoleEligibilityScheduleId"].clone();
    // Eligible is not allowed.
    stranger.get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    // What one is eligible for shows from the root, without any right.
    let mine = listed(&azure, "stranger", &format!("{}?$filter=asTarget()", of("/", "roleEligibilityScheduleInstances"))).await;
    assert_eq!((mine.len(), &mine[0]["status"], &mine[0]["memberType"]), (1, &json!("Provisioned"), &json!("Direct")));
    let mut body = asks("SelfActivate", CONTRIBUTOR, STRANGER, "PT2H");
    body["properties"]["linkedRoleEligibilityScheduleId"] = eligibility.clone();
    let activated = stranger.put(&assignment_request(RG_SHARED, 2), body).await.has_status(201).json();
    assert_eq!(activated["properties"]["status"], "Provisioned");
    stranger.put(&factory(RG_SHARED, "sharing"), factory_with_identity()).await.has_status(200);
    // It is a role assignment like any other.
    let held = listed(&azure, "owner", &format!("{}?$filter=principalId eq '{STRANGER}'", of(RG_SHARED, "roleAssignments"))).await;
    assert_eq!((held.len(), &held[0]["updatedBy"]), (1, &json!(STRANGER)));
    let instances = listed(&azure, "stranger", &format!("{}?$filter=asTarget()", of("/", "roleAssignmentScheduleInstances"))).await;
    let linked = format!("{}/{}", of(RG_SHARED, "roleEligibilitySchedules"), eligibility.as_str().unwrap());
    assert_eq!((&instances[0]["assignmentType"], &instances[0]["linkedRoleEligibilityScheduleId"]), (&json!("Activated"), &json!(linked)));
    let copy = again(&azure).await;
    for azure in [&azure, &copy] {
        azure.advance("PT1H59M59S").await;
        azure.caller("stranger").get(RG_SHARED).await.has_status(200);
        azure.advance("PT1S").await;
        azure.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
        assert_eq!(
            listed(azure, "owner", &format!("{}?$filter=principalId eq '{STRANGER}'", of(RG_SHARED, "roleAssignments"))).await,
            [] as [Value; 0]
        );
        azure.advance("P30D").await;
        assert_eq!(listed(azure, "owner", &of(RG_SHARED, "roleEligibilitySchedules")).await, [] as [Value; 0]);
    }
}

#[tokio::test]
async fn a_member_activates_what_its_group_is_eligible_for() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    owner.put(&eligibility_request(SUBSCRIPTION, 1), asks("AdminAssign", READER, ENGINEERS, "P30D")).await.has_status(201);
    let mine = listed(&azure, "ada", &format!("{}?$filter=asTarget()", of(RG_SHARED, "roleEligibilitySchedules"))).await;
    assert_eq!((&mine[0]["principalId"], &mine[0]["memberType"]), (&json!(ENGINEERS), &json!("Group")));
    let at_group = listed(&azure, "ada", &format!("{}?$filter=atScope()", of(RG_SHARED, "roleEligibilitySchedules"))).await;
    assert_eq!(at_group[0]["memberType"], "Inherited");
    let made = azure.caller("ada").put(&assignment_request(RG_SHARED, 2), asks("SelfActivate", READER, ADA, "PT8H")).await;
    assert_eq!(made.has_status(201).json()["properties"]["expandedProperties"]["principal"]["email"], "ada@contoso.onmicrosoft.com");
    // Its instance as an open client recorded one.
    let list = azure.caller("ada").get(&format!("{}?$filter=asTarget()", of(RG_SHARED, "roleAssignmentScheduleInstances"))).await.json();
    let is_activated = |it: &&Value| it["properties"]["assignmentType"] == "Activated";
    let instance = list["value"].as_array().unwrap().iter().find(is_activated).unwrap();
    assert_eq!(instance["type"], "Microsoft.Authorization/roleAssignmentScheduleInstances");
    let held = &instance["properties"];
    assert_eq!((&held["status"], &held["memberType"], &held["principalType"]), (&json!("Provisioned"), &json!("Group"), &json!("User")));
    assert!(!held.as_object().unwrap().contains_key("condition"));
    for (member, kind) in [
        ("linkedRoleEligibilityScheduleId", "roleEligibilitySchedules"),
        ("linkedRoleEligibilityScheduleInstanceId", "roleEligibilityScheduleInstances"),
    ] {
        let id = held[member].as_str().unwrap();
        assert!(id.starts_with(&format!("{}/", of(SUBSCRIPTION, kind))), "{id}");
        azure.owner().get(id).await.has_status(200);
    }
    azure.advance("PT5M").await;
    let body = asks("SelfDeactivate", READER, ADA, "PT8H");
    let ended = azure.caller("ada").put(&assignment_request(RG_SHARED, 3), body).await;
    assert_eq!(ended.has_status(201).json()["properties"]["status"], "Revoked");
    let mine = format!("{}?$filter=asTarget() and roleDefinitionId eq '{READER}'", of(RG_SHARED, "roleAssignmentSchedules"));
    assert_eq!(listed(&azure, "ada", &mine).await, [] as [Value; 0]);
}

#[tokio::test]
async fn what_begins_later_counts_later() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    let clock = azure.fetch("/_emulator/clock").await.json()["now"].as_str().unwrap().to_owned();
    let later = clock.replace(&clock[..4], &(clock[..4].parse::<u32>().unwrap() + 1).to_string());
    let usage = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignmentsUsageMetrics?api-version=2019-08-01-preview");
    let count = || async { owner.get(&usage).await.json()["roleAssignmentsCurrentCount"].as_u64().unwrap() };
    let before = count().await;
    let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
    body["properties"]["scheduleInfo"]["startDateTime"] = later.into();
    let made = owner.put(&assignment_request(RG_SHARED, 1), body).await.has_status(201).json();
    assert_eq!(made["properties"]["status"], "Granted");
    let filter = format!("?$filter=principalId eq '{STRANGER}'");
    assert_eq!(listed(&azure, "owner", &format!("{}{filter}", of(RG_SHARED, "roleAssignmentSchedules"))).await.len(), 1);
    assert_eq!(listed(&azure, "owner", &format!("{}{filter}", of(RG_SHARED, "roleAssignmentScheduleInstances"))).await.len(), 0);
    assert_eq!(count().await, before);
    let copy = again(&azure).await;
    for azure in [&azure, &copy] {
        azure.advance("P366D").await;
        let request = azure.owner().get(&assignment_request(RG_SHARED, 1)).await.json();
        assert_eq!(request["properties"]["status"], "Provisioned", "it began, and ended since");
        azure.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    }
}

#[tokio::test]
async fn a_plain_role_assignment_shows_as_a_permanent_one() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    for kind in ["roleAssignmentSchedules", "roleAssignmentScheduleInstances"] {
        let shown = listed(&azure, "owner", &format!("{}?$filter=(principalId eq '{STRANGER}')", of(RG_SHARED, kind))).await;
        assert_eq!((shown.len(), &shown[0]["assignmentType"], &shown[0]["endDateTime"]), (1, &json!("Assigned"), &Value::Null));
    }
    // It can be given an end, and taken away.
    owner.put(&assignment_request(RG_SHARED, 2), asks("AdminUpdate", READER, STRANGER, "PT1H")).await.has_status(201);
    owner.get(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    azure.advance("PT1H").await;
    owner.get(&role_assignment(RG_SHARED, 1)).await.is_refused(404, "RoleAssignmentNotFound");
    owner.put(&role_assignment(RG_SHARED, 3), grant(READER, STRANGER)).await.has_status(201);
    owner.put(&assignment_request(RG_SHARED, 4), asks("AdminRemove", READER, STRANGER, "PT1H")).await.has_status(201);
    owner.get(&role_assignment(RG_SHARED, 3)).await.is_refused(404, "RoleAssignmentNotFound");
}

#[tokio::test]
async fn an_activation_ends_with_its_eligibility_its_assignment_and_its_group() {
    let azure = at_a_standstill().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    let target = factory(RG_SHARED, "sharing");
    owner.put(&target, factory_with_identity()).await.has_status(200);
    for (number, scope) in [(10, RG_SHARED), (20, RG_SHARED), (30, &*target)] {
        owner.put(&eligibility_request(scope, number), asks("AdminAssign", READER, STRANGER, "P1D")).await.has_status(201);
        stranger.put(&assignment_request(scope, number + 1), asks("SelfActivate", READER, STRANGER, "PT1H")).await.has_status(201);
        stranger.get(&target).await.has_status(200);
        match number {
            10 => drop(owner.put(&eligibility_request(scope, 12), asks("AdminRemove", READER, STRANGER, "P1D")).await.has_status(201)),
            20 => {
                let filter = format!("{}?$filter=principalId eq '{STRANGER}'", of(scope, "roleAssignments"));
                let held = owner.get(&filter).await.json()["value"][0]["id"].as_str().unwrap().to_owned();
                owner.delete(&held).await.has_status(200);
                owner.put(&eligibility_request(scope, 22), asks("AdminRemove", READER, STRANGER, "P1D")).await.has_status(201);
            }
            _ => drop(owner.delete(&target).await.has_status(200)),
        }
        stranger.get(&target).await.is_refused(403, "AuthorizationFailed");
        for kind in ["roleAssignmentSchedules", "roleEligibilitySchedules"] {
            let left = listed(&azure, "owner", &format!("{}?$filter=principalId eq '{STRANGER}'", of(RG_SHARED, kind))).await;
            assert_eq!(left, [] as [Value; 0], "{number} {kind}");
        }
    }
}

#[tokio::test]
async fn validating_changes_nothing_and_a_condition_limits_who_may_be_given_what() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    let before = azure.export();
    let body = asks("AdminAssign", READER, STRANGER, "PT8H");
    let validate = |number: u32| format!("{}/validate", assignment_request(RG_SHARED, number));
    let would = owner.post(&validate(1), body.clone()).await;
    assert_eq!(would.has_status(200).json()["properties"]["status"], "Granted");
    owner
        .post(&validate(1), asks("AdminAssign", READER, STRANGER, "P1000D"))
        .await
        .is_refused(400, "RoleAssignmentRequestPolicyValidationFailed");
    assert_eq!(azure.export(), before);
    // Who may assign Reader alone makes nobody an Owner for a time.
    let mut limited = grant("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", ADA);
    limited["properties"]["condition"] = format!(
        "(!(ActionMatches{{'Microsoft.Authorization/roleAssignments/write'}})) OR \
         (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{READER}}})"
    )
    .into();
    let ours = azure.export();
    let mut world: Value = serde_json::from_str(&ours).unwrap();
    world["roleAssignments"].as_array_mut().unwrap().retain(|it| it["principal"] != "ada");
    let azure = Azure::with_world(&world).await;
    azure.owner().put(&role_assignment(SUBSCRIPTION, 1), limited).await.has_status(201);
    let ada = azure.caller("ada");
    ada.is_refused(
        Method::PUT,
        &assignment_request(RG_SHARED, 1),
        asks("AdminAssign", OWNER, STRANGER, "PT8H"),
        400,
        "InsufficientPermissions",
    )
    .await;
    ada.put(&assignment_request(RG_SHARED, 1), body).await.has_status(201);
}

#[tokio::test]
async fn a_world_file_says_who_is_eligible_and_who_is_active() {
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    world["roleEligibilitySchedules"] = json!([{ "principal": "stranger", "role": "Contributor", "scope": RG_SHARED }]);
    world["roleAssignmentSchedules"] =
        json!([{ "principal": "stranger", "role": "Reader", "scope": RG_SHARED, "endDateTime": "2030-01-01T08:00:00Z" }]);
    let azure = Azure::with_world(&world).await;
    let stranger = azure.caller("stranger");
    stranger.get(RG_SHARED).await.has_status(200);
    stranger.put(&factory(RG_SHARED, "sharing"), factory_with_identity()).await.is_refused(403, "AuthorizationFailed");
    stranger.put(&assignment_request(RG_SHARED, 1), asks("SelfActivate", CONTRIBUTOR, STRANGER, "PT1H")).await.has_status(201);
    stranger.put(&factory(RG_SHARED, "sharing"), factory_with_identity()).await.has_status(200);
    let copy = again(&azure).await;
    copy.advance("PT8H").await;
    copy.caller("stranger").get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    // Written by hand, it is made anew.
    let by_hand = azure.fetch("/_emulator/world?state=false").await.json();
    let made_anew = Azure::with_world(&by_hand).await;
    assert_eq!(listed(&made_anew, "owner", &of(RG_SHARED, "roleEligibilitySchedules")).await.len(), 1);
    made_anew.caller("stranger").get(&factory(RG_SHARED, "sharing")).await.has_status(200);
    for (list, entry, problem) in [
        (
            "roleEligibilitySchedules",
            json!({ "principal": "nobody", "role": "Reader", "scope": "/" }),
            "roleEligibilitySchedules[0].principal",
        ),
        ("roleAssignmentSchedules", json!({ "principal": "owner", "role": "Owner", "scope": SUBSCRIPTION }), "already exists"),
        (
            "roleEligibilitySchedules",
            json!({ "principal": "owner", "role": "Reader", "scope": "/", "endDateTime": "soon" }),
            "schedule is invalid",
        ),
    ] {
        let mut wrong = world.clone();
        wrong[list] = json!([entry]);
        let refused = adf_emulator::embed::Emulator::with_world(&wrong.to_string()).await.unwrap_err().to_string();
        assert!(refused.contains(problem), "{refused}");
    }
}

/// As `azurerm_role_management_policy` does it, in its version.
#[tokio::test]
async fn a_policy_is_found_changed_held_to_and_taken_back() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    let list = format!(
        "{}?$filter=roleDefinitionId eq '{RG_SHARED}/providers/Microsoft.Authorization/roleDefinitions/{READER}'&api-version=2020-10-01",
        of(RG_SHARED, "roleManagementPolicies")
    );
    let found = owner.get(&list).await.has_status(200).json();
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    let policy = found["value"][0]["id"].as_str().unwrap().to_owned();
    let rules = found["value"][0]["properties"]["rules"].as_array().unwrap();
    assert_eq!((rules.len(), &found["value"][0]["properties"]["effectiveRules"]), (17, &found["value"][0]["properties"]["rules"]));
    let body = json!({ "properties": { "rules": [
        { "id": "Expiration_Admin_Assignment", "ruleType": "RoleManagementPolicyExpirationRule", "isExpirationRequired": false },
        { "id": "Enablement_Admin_Assignment", "ruleType": "RoleManagementPolicyEnablementRule", "enabledRules": [] },
        { "id": "Expiration_EndUser_Assignment", "ruleType": "RoleManagementPolicyExpirationRule", "maximumDuration": "PT1H" } ] } });
    let changed = owner.patch(&policy, body).await.has_status(200).json();
    assert_eq!(changed["properties"]["lastModifiedBy"]["displayName"], "owner");
    azure.caller("reader").patch(&policy, json!({ "properties": {} })).await.is_refused(403, "AuthorizationFailed");
    let copy = again(&azure).await;
    for azure in [&azure, &copy] {
        let owner = azure.owner();
        // For ever and without a reason; but activated for an hour at most.
        let mut body = grant(READER, STRANGER);
        body["properties"]["requestType"] = "AdminAssign".into();
        owner.put(&assignment_request(RG_SHARED, 1), body).await.has_status(201);
        owner.put(&eligibility_request(RG_SHARED, 2), asks("AdminAssign", READER, ADA, "P1D")).await.has_status(201);
        let activate = |duration: &str| asks("SelfActivate", READER, ADA, duration);
        let refused = azure.caller("ada").put(&assignment_request(RG_SHARED, 3), activate("PT61M")).await;
        refused.is_refused(400, "RoleAssignmentRequestPolicyValidationFailed");
        azure.caller("ada").put(&assignment_request(RG_SHARED, 3), activate("PT1H")).await.has_status(201);
    }
    owner.delete(&policy).await.has_status(200);
    owner.delete(&policy).await.has_status(204);
    assert_eq!(owner.get(&list).await.json(), found);
}

#[tokio::test]
async fn approvals_are_kept_and_then_refuse_activations_by_name() {
    let azure = at_a_standstill().await;
    let policy = policy_of(&azure, RG_SHARED, READER).await;
    azure.owner().put(&eligibility_request(RG_SHARED, 1), asks("AdminAssign", READER, STRANGER, "P1D")).await.has_status(201);
    let approval = json!({ "id": "Approval_EndUser_Assignment", "setting": { "isApprovalRequired": true } });
    let context = json!({ "id": "AuthenticationContext_EndUser_Assignment", "isEnabled": true, "claimValue": "c1" });
    let none = json!({ "id": "Approval_EndUser_Assignment", "setting": { "isApprovalRequired": false } });
    for (rules, name) in [(json!([approval]), "the approval of an activation"), (json!([none, context]), "an authentication context")] {
        azure.owner().patch(&policy, json!({ "properties": { "rules": rules } })).await.has_status(200);
        let refused = azure.caller("stranger").put(&assignment_request(RG_SHARED, 2), asks("SelfActivate", READER, STRANGER, "PT1H")).await;
        let named = refused.is_refused(501, "NotEmulated").header("x-emulator-not-emulated").unwrap().to_owned();
        assert!(named.starts_with(name), "{named}");
    }
}

#[tokio::test]
async fn who_is_eligible_sees_where() {
    let groups = json!([{ "name": "top" }, { "name": "low", "parent": "top", "subscriptions": ["22222222-2222-2222-2222-222222222222"] }]);
    let mut world: Value = serde_json::from_str(include_str!("../../fixtures/worlds/built-in.json")).unwrap();
    world["tenants"][0]["managementGroups"] = groups;
    let top = "/providers/Microsoft.Management/managementGroups/top";
    world["roleEligibilitySchedules"] = json!([
        { "principal": "engineers", "role": "Reader", "scope": top },
        { "principal": "stranger", "role": "Reader", "scope": RG_SHARED } ]);
    let azure = Azure::with_world(&world).await;
    for (caller, scope, query, seen) in [
        ("ada", top, "", vec!["low"]),
        ("ada", top, "$getAllChildren=true", vec!["low", "22222222-2222-2222-2222-222222222222", "rg-shared", "rg-linked"]),
        (
            "ada",
            top,
            "$getAllChildren=true&$filter=resourceType eq 'Subscription' or resourceType eq 'managementgroup'",
            vec!["low", "22222222-2222-2222-2222-222222222222"],
        ),
        ("ada", SUBSCRIPTION, "$filter=resourceType+eq+'resourcegroup'", vec!["rg-shared", "rg-linked"]),
        ("stranger", SUBSCRIPTION, "", vec!["rg-shared"]),
        ("stranger", top, "", vec![]),
        ("reader", SUBSCRIPTION, "", vec![]),
    ] {
        let list = azure.caller(caller).get(&format!("{}?{query}&api-version=2020-10-01", of(scope, "eligibleChildResources"))).await;
        let list = list.has_status(200).json();
        let mut ids: Vec<&str> =
            list["value"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().rsplit('/').next().unwrap()).collect();
        let mut seen = seen;
        ids.sort_unstable();
        seen.sort_unstable();
        assert_eq!(ids, seen, "{caller} {scope} {query}");
    }
    azure
        .owner()
        .get(&format!("{}?$filter=type eq 'x'", of(SUBSCRIPTION, "eligibleChildResources")))
        .await
        .is_refused(400, "BadRequestFormat");
}

#[tokio::test]
async fn explaining_names_what_could_be_activated_and_until_when_it_is() {
    let azure = at_a_standstill().await;
    azure.owner().put(&eligibility_request(SUBSCRIPTION, 1), asks("AdminAssign", CONTRIBUTOR, STRANGER, "P1D")).await.has_status(201);
    azure.owner().put(&eligibility_request(RG_SHARED, 2), asks("AdminAssign", READER, STRANGER, "P1D")).await.has_status(201);
    let question = json!({ "principal": "stranger", "action": "Microsoft.DataFactory/factories/write", "scope": RG_SHARED });
    let told = azure.control(Method::POST, "explain", &question).await.has_status(200).json();
    let eligible = told["eligible"].as_array().unwrap();
    assert_eq!((eligible.len(), &eligible[0]["role"], &eligible[0]["scope"]), (1, &json!("Contributor"), &json!(SUBSCRIPTION)));
    let remedy = eligible[0]["remedy"].as_str().unwrap();
    assert!(
        remedy.starts_with(&format!("PUT {SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/GUID")),
        "{remedy}"
    );
    azure
        .caller("stranger")
        .put(&assignment_request(RG_SHARED, 3), asks("SelfActivate", CONTRIBUTOR, STRANGER, "PT1H"))
        .await
        .has_status(201);
    let told = azure.control(Method::POST, "explain", &question).await.has_status(200).json();
    assert_eq!((&told["allowed"], &told["eligible"]), (&json!(true), &json!([])));
    let by = &told["decidedBy"]["schedule"];
    assert_eq!(by["assignmentType"], "Activated");
    assert!(by["endDateTime"].is_string() && by["id"].as_str().unwrap().contains("/roleAssignmentSchedules/"));
}
