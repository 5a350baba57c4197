//! Privileged identity management in each of its versions: what all answer, and in what they differ.
//!
//! The versions, and which of them has which type, are those of the API descriptions.

use adf_emulator_tests::{ADA, Azure, READER, RG_SHARED, STRANGER, asks, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

const ALL: [&str; 4] = ["2020-10-01-preview", "2020-10-01", "2024-02-01-preview", "2024-09-01-preview"];
/// This one has requests alone.
const OF_REQUESTS: &str = "2022-04-01-preview";

fn of(kind: &str, version: &str) -> String {
    let and = if kind.contains('?') { '&' } else { '?' };
    format!("{RG_SHARED}/providers/Microsoft.Authorization/{kind}{and}api-version={version}")
}

async fn at_a_standstill() -> Azure {
    let azure = Azure::start().await;
    azure.control(Method::PATCH, "clock", &json!({ "frozen": true })).await.has_status(200);
    azure
}

#[tokio::test]
async fn requests_are_made_read_and_canceled_in_every_version() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    for (number, version) in ALL.into_iter().chain([OF_REQUESTS]).enumerate() {
        for family in ["roleEligibilityScheduleRequests", "roleAssignmentScheduleRequests"] {
            let name = format!("{family}/eeeeeeee-0000-4000-8000-{number:06}{:06}", family.len());
            let mut body = asks("AdminAssign", READER, STRANGER, "PT8H");
            body["properties"]["scheduleInfo"]["startDateTime"] = "2100-01-01T00:00:00Z".into();
            // The first version has no validation.
            let validated = owner.post(&of(&format!("{name}/validate"), version), body.clone()).await;
            validated.has_status(if version == "2020-10-01-preview" { 404 } else { 200 });
            let made = owner.put(&of(&name, version), body).await.has_status(201).json();
            assert_eq!(owner.get(&of(&name, version)).await.has_status(200).json(), made);
            let list = owner.get(&of(&format!("{family}?$filter=principalId eq '{STRANGER}'"), version)).await.has_status(200).json();
            assert!(list["value"].as_array().unwrap().contains(&made), "{version}");
            owner.post(&of(&format!("{name}/cancel"), version), Value::Null).await.has_status(200);
        }
    }
}

#[tokio::test]
async fn schedules_and_policies_have_all_versions_but_that_of_requests() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    owner.put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    // There is a policy for every role.
    let one = format!("?$filter=roleDefinitionId eq '{READER}'");
    for kind in [
        "roleAssignmentSchedules",
        "roleAssignmentScheduleInstances",
        "roleEligibilitySchedules",
        "roleEligibilityScheduleInstances",
        "roleManagementPolicies",
        "roleManagementPolicyAssignments",
        "eligibleChildResources",
    ] {
        let kind = if kind.starts_with("roleManagement") { format!("{kind}{one}") } else { kind.to_owned() };
        let first = owner.get(&of(&kind, "2020-10-01")).await.has_status(200).json();
        for version in ALL {
            let list = owner.get(&of(&kind, version)).await.has_status(200).json();
            assert!(kind.starts_with("roleManagement") || list == first, "{kind} {version}");
        }
        for version in [OF_REQUESTS, "2022-04-01", "2015-07-01"] {
            let answer = owner.get(&of(&kind, version)).await;
            answer.is_refused(404, "InvalidResourceType").by_rule("resource-type-exists");
            assert!(answer.text().contains("'2024-09-01-preview,2024-02-01-preview,2020-10-01-preview,2020-10-01'"), "{}", answer.text());
        }
    }
}

/// The first version tells no rules of what binds a policy; those of 2024 tell whom an expiration spares.
#[tokio::test]
async fn policies_differ_by_version() {
    let azure = at_a_standstill().await;
    let filter = format!("?$filter=roleDefinitionId eq '{READER}'");
    for version in ALL {
        let one = async |kind: &str| {
            let list = azure.owner().get(&of(&format!("{kind}{filter}"), version)).await.has_status(200).json();
            list["value"][0]["properties"].clone()
        };
        let (policy, assignment) = (one("roleManagementPolicies").await, one("roleManagementPolicyAssignments").await);
        let rules_of_assignment = if version == "2020-10-01-preview" { &Value::Null } else { &policy["rules"] };
        assert_eq!(&assignment["effectiveRules"], rules_of_assignment, "{version}");
        for rule in policy["rules"].as_array().unwrap() {
            let is_expiration = rule["ruleType"] == "RoleManagementPolicyExpirationRule";
            let tells = rule.as_object().unwrap().contains_key("exceptionMembers");
            assert_eq!(tells, is_expiration && version.starts_with("2024"), "{version} {rule}");
        }
    }
}

#[tokio::test]
async fn an_expiration_spares_its_exceptions_and_their_members() {
    let azure = at_a_standstill().await;
    let owner = azure.owner();
    let version = "2024-09-01-preview";
    let list = owner.get(&of(&format!("roleManagementPolicies?$filter=roleDefinitionId eq '{READER}'"), version)).await.json();
    let policy = of(&format!("roleManagementPolicies/{}", list["value"][0]["name"].as_str().unwrap()), version);
    let members =
        json!([{ "userType": "Group", "id": "66666666-6666-6666-6666-000000000001", "description": "engineers", "isBackup": false }]);
    let body = json!({ "properties": { "rules": [{ "id": "Expiration_Admin_Eligibility", "exceptionMembers": members }] } });
    let changed = owner.patch(&policy, body).await.has_status(200).json();
    let rules = changed["properties"]["rules"].as_array().unwrap();
    assert_eq!(rules.iter().find(|it| it["id"] == "Expiration_Admin_Eligibility").unwrap()["exceptionMembers"], members);
    let ask = |principal: &str| {
        let mut body = asks("AdminAssign", READER, principal, "PT8H");
        body["properties"]["scheduleInfo"]["expiration"] = json!({ "type": "NoExpiration" });
        body
    };
    let request = |number: u32| of(&format!("roleEligibilityScheduleRequests/eeeeeeee-0000-4000-8000-{number:012}"), version);
    let code = "RoleAssignmentRequestPolicyValidationFailed";
    owner.is_refused(Method::PUT, &request(1), ask(STRANGER), 400, code).await.by_rule("policy-limits-the-duration");
    owner.put(&request(1), ask(ADA)).await.has_status(201);
    owner.put(&request(2), ask("66666666-6666-6666-6666-000000000001")).await.has_status(201);
}

/// A role that is given by privileged identity management alone is refused by name, whichever mode is asked for.
#[tokio::test]
async fn pim_only_mode_is_not_emulated() {
    let azure = at_a_standstill().await;
    let version = "2024-09-01-preview";
    let list = azure.owner().get(&of(&format!("roleManagementPolicies?$filter=roleDefinitionId eq '{READER}'"), version)).await.json();
    let policy = of(&format!("roleManagementPolicies/{}", list["value"][0]["name"].as_str().unwrap()), version);
    let rule = json!({ "id": "PIMOnlyMode_Admin_Assignment", "ruleType": "RoleManagementPolicyPimOnlyModeRule",
        "pimOnlyModeSettings": { "mode": "Enabled", "excludes": [], "excludedAssignmentTypes": ["ServicePrincipalsAsTarget"] } });
    let body = json!({ "properties": { "rules": [rule] } });
    let answer = azure.owner().is_refused(Method::PATCH, &policy, body, 501, "NotEmulated").await;
    assert!(answer.header("x-emulator-not-emulated").unwrap().starts_with("PIM only mode"));
}
