//! What Terraform sends for privileged identity management: schedules are found in lists, requests tell the rest.
//!
//! Methods, versions, bodies and waits are those of azurerm's open source for `azurerm_pim_active_role_assignment` and
//! `azurerm_pim_eligible_role_assignment`. Its id is the scope, the role and the principal: it looks for a schedule that has
//! the three, written as in the configuration, and is `Direct`.

use adf_emulator_tests::{
    ADA, Answer, Azure, READER, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, grant, management_group, policy_of_as,
    role_assignment, world_with_management_groups,
};
use reqwest::Method;
use serde_json::{Value, json};

const VERSION: &str = "api-version=2020-10-01";
const FAMILIES: [&str; 2] = ["Assignment", "Eligibility"];

/// A world that stands still, with a resource in a group and a group of groups, and a caller who owns the root.
async fn azure() -> Azure {
    let mut world = world_with_management_groups(&json!([{ "name": "parent" }]));
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    let azure = Azure::with_world(&world).await;
    azure.caller("root").put(RG_SHARED, json!({ "location": "eastus" })).await;
    azure.caller("root").put(&factory(RG_SHARED, "sharing"), factory_with_identity()).await.has_status(200);
    azure
}

/// A resource of a configuration.
struct Resource<'a> {
    azure: &'a Azure,
    family: &'static str,
    scope: &'a str,
    /// As the configuration has it: the subscription's at a subscription and below, the tenant's at a management group.
    role: String,
}

impl<'a> Resource<'a> {
    fn new(azure: &'a Azure, family: &'static str, scope: &'a str) -> Self {
        let of = if scope.starts_with(SUBSCRIPTION) { SUBSCRIPTION } else { "" };
        let role = format!("{of}/providers/Microsoft.Authorization/roleDefinitions/{READER}");
        Self { azure, family, scope, role }
    }

    /// A URL of the type, with what comes behind its name.
    fn url(&self, kind: &str, rest: &str) -> String {
        let and = if rest.contains('?') { '&' } else { '?' };
        format!("{}/providers/Microsoft.Authorization/role{}{kind}{rest}{and}{VERSION}", self.scope, self.family)
    }

    fn request(&self, number: u32) -> String {
        self.url("ScheduleRequests", &format!("/eeeeeeee-0000-4000-8000-{number:012}"))
    }

    /// Returns the schedule that is looked for, of all that the list has.
    async fn found(&self) -> Option<Value> {
        let filter = format!("?$filter=%28principalId+eq+%27{ADA}%27%29");
        let list = self.azure.caller("root").get(&self.url("Schedules", &filter)).await.has_status(200).json();
        let is_ours = |it: &&Value| {
            let same = |name: &str, own: &str| it[name].as_str().is_some_and(|text| text.eq_ignore_ascii_case(own));
            same("roleDefinitionId", &self.role) && same("scope", self.scope) && same("principalId", ADA) && it["memberType"] == "Direct"
        };
        list["value"].as_array().unwrap().iter().map(|it| &it["properties"]).find(is_ours).cloned()
    }

    async fn create(&self, number: u32, principal: &str, schedule_info: Value) -> Answer {
        let ticket = json!({ "ticketNumber": "1", "ticketSystem": "example ticket system" });
        let body = json!({ "properties": { "justification": "Expiration Duration Set", "principalId": principal, "requestType": "AdminAssign",
            "roleDefinitionId": self.role, "scope": self.scope, "scheduleInfo": schedule_info, "ticketInfo": ticket } });
        self.azure.caller("root").put(&self.request(number), body).await
    }

    /// Returns what the request of a schedule tells when it is read.
    async fn read(&self, schedule: &Value) -> Value {
        let made_by = schedule[format!("role{}ScheduleRequestId", self.family)].as_str().unwrap();
        self.azure.caller("root").get(&format!("{made_by}?{VERSION}")).await.has_status(200).json()["properties"].clone()
    }

    async fn remove(&self, number: u32) -> Answer {
        let body = json!({ "properties": { "justification": "Removed by Terraform", "principalId": ADA, "requestType": "AdminRemove",
            "roleDefinitionId": self.role, "ticketInfo": { "ticketNumber": "1", "ticketSystem": "example ticket system" } } });
        self.azure.caller("root").put(&self.request(number), body).await
    }
}

#[tokio::test]
async fn an_assignment_is_found_read_and_removed_at_every_sort_of_scope() {
    let azure = azure().await;
    for scope in [RG_SHARED, SUBSCRIPTION, &factory(RG_SHARED, "sharing"), &management_group("parent")] {
        for (number, family) in (1..).step_by(10).zip(FAMILIES) {
            let number = number + 100 * u32::try_from(scope.len()).unwrap();
            let resource = Resource::new(&azure, family, scope);
            assert_eq!(resource.found().await, None);
            let info = json!({ "startDateTime": "2020-01-01T00:00:00Z", "expiration": { "duration": "PT8H", "type": "AfterDuration" } });
            // A principal that is not there yet is waited for, under the same name.
            let nobody = "99999999-9999-4999-8999-999999999999";
            resource.create(number, nobody, info.clone()).await.is_refused(400, "SubjectNotFound");
            resource.create(number, ADA, info).await.has_status(201);
            let schedule = resource.found().await.unwrap();
            assert_eq!(schedule["status"], "Provisioned");
            let read = resource.read(&schedule).await;
            for (name, value) in [("roleDefinitionId", &*resource.role), ("principalId", ADA), ("principalType", "User")] {
                assert_eq!(read[name], value, "{family} {scope}");
            }
            assert_eq!((&read["justification"], &read["ticketInfo"]["ticketNumber"]), (&json!("Expiration Duration Set"), &json!("1")));
            let expiration = json!({ "type": "AfterDuration", "endDateTime": null, "duration": "PT8H" });
            assert_eq!(read["scheduleInfo"], json!({ "startDateTime": "2020-01-01T00:00:00Z", "expiration": expiration }));
            // What is active stays for five minutes; the removal is sent again until then, under the same name.
            if family == "Assignment" {
                resource.remove(number + 1).await.is_refused(400, "ActiveDurationTooShort");
                azure.advance("PT5M").await;
            }
            resource.remove(number + 1).await.has_status(201);
            assert_eq!(resource.found().await, None);
            resource.remove(number + 2).await.is_refused(400, "RoleAssignmentDoesNotExist");
        }
    }
}

#[tokio::test]
async fn what_waits_for_its_start_is_canceled() {
    let azure = azure().await;
    for (number, family) in (1..).zip(FAMILIES) {
        let resource = Resource::new(&azure, family, SUBSCRIPTION);
        let expiration = json!({ "type": "AfterDateTime", "endDateTime": "2030-01-08T00:00:00Z" });
        let info = json!({ "startDateTime": "2030-01-02T00:00:00Z", "expiration": expiration });
        resource.create(number, ADA, info).await.has_status(201);
        let schedule = resource.found().await.unwrap();
        assert_eq!((&schedule["status"], &schedule["endDateTime"]), (&json!("Granted"), &json!("2030-01-08T00:00:00Z")));
        assert_eq!(resource.read(&schedule).await["scheduleInfo"]["expiration"]["endDateTime"], "2030-01-08T00:00:00Z");
        let cancel = resource.url("ScheduleRequests", &format!("/eeeeeeee-0000-4000-8000-{number:012}/cancel"));
        azure.caller("root").send(Method::POST, &cancel, None).await.has_status(200);
        assert_eq!(resource.found().await, None);
        assert_eq!(azure.caller("root").get(&resource.request(number)).await.json()["properties"]["status"], "Canceled");
    }
}

/// Nothing said of a schedule means for ever, which policies refuse unless they are changed.
#[tokio::test]
async fn for_ever_is_what_the_policy_says() {
    let azure = azure().await;
    for (number, family, rule) in [(1, "Assignment", "Expiration_Admin_Assignment"), (2, "Eligibility", "Expiration_Admin_Eligibility")] {
        let resource = Resource::new(&azure, family, SUBSCRIPTION);
        let for_ever = json!({ "expiration": { "type": "NoExpiration" } });
        let refused = resource.create(number, ADA, for_ever.clone()).await;
        refused.is_refused(400, "RoleAssignmentRequestPolicyValidationFailed");
        let policy = policy_of_as(&azure.caller("root"), SUBSCRIPTION, READER).await;
        let body = json!({ "properties": { "rules": [{ "id": rule, "isExpirationRequired": false }] } });
        azure.caller("root").patch(&policy, body).await.has_status(200);
        resource.create(number, ADA, for_ever).await.has_status(201);
        let schedule = resource.found().await.unwrap();
        assert_eq!(schedule["endDateTime"], Value::Null);
        assert_eq!(resource.read(&schedule).await["scheduleInfo"]["expiration"]["type"], "NoExpiration");
    }
}

/// The second of two states that manage one assignment has to import it.
#[tokio::test]
async fn an_assignment_without_a_schedule_is_imported_and_removed() {
    let azure = azure().await;
    let root = azure.caller("root");
    root.put(&role_assignment(RG_SHARED, 1), grant(READER, ADA)).await.has_status(201);
    let resource = Resource::new(&azure, "Assignment", RG_SHARED);
    let schedule = resource.found().await.unwrap();
    // No request made it, and the list of requests has none: the schedule itself is read.
    assert_eq!((&schedule["roleAssignmentScheduleRequestId"], &schedule["principalType"]), (&Value::Null, &json!("User")));
    assert!(schedule["startDateTime"].is_string() && schedule["endDateTime"].is_null());
    let requests = root.get(&resource.url("ScheduleRequests", &format!("?$filter=principalId eq '{ADA}'"))).await;
    assert_eq!(requests.has_status(200).json()["value"], json!([]));
    azure.advance("PT5M").await;
    resource.remove(1).await.has_status(201);
    assert_eq!(resource.found().await, None);
    root.get(&role_assignment(RG_SHARED, 1)).await.is_refused(404, "RoleAssignmentNotFound");
}

#[tokio::test]
async fn the_condition_of_an_eligibility_is_read_from_its_request() {
    let azure = azure().await;
    let resource = Resource::new(&azure, "Eligibility", RG_SHARED);
    let condition = "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'logs'";
    let body = json!({ "properties": { "condition": condition, "conditionVersion": "2.0", "justification": "", "principalId": ADA,
        "requestType": "AdminAssign", "roleDefinitionId": resource.role, "scope": RG_SHARED,
        "scheduleInfo": { "expiration": { "duration": "P8D", "type": "AfterDuration" } } } });
    azure.caller("root").put(&resource.request(1), body).await.has_status(201);
    let read = resource.read(&resource.found().await.unwrap()).await;
    assert_eq!((&read["condition"], &read["conditionVersion"]), (&json!(condition), &json!("2.0")));
    assert_eq!((&read["justification"], &read["ticketInfo"]["ticketNumber"]), (&json!(""), &Value::Null));
}
