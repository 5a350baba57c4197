//! Giving access is delegated under conditions: which roles, to whom, until when.
//!
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples>. How a
//! condition is read and decided is tested beside its code; what is refused about one, in `tests/rules/`.

use adf_emulator_tests::{Azure, CONTRIBUTOR, OWNER, READER, RG_SHARED, SUBSCRIPTION, grant, role_assignment};
use reqwest::Method;
use serde_json::{Value, json};

/// Role Based Access Control Administrator, which has no condition of its own.
const ADMINISTRATOR: &str = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
const KEY_VAULT_DATA_ACCESS_ADMINISTRATOR: &str = "8b54135c-b56d-4d72-a534-26097cfdc8d8";
const KEY_VAULT_SECRETS_USER: &str = "4633458b-17de-408a-b874-0445c86b69e6";
const STRANGER: &str = "44444444-4444-4444-4444-000000000006";
const FACTORY_CONTRIBUTOR: &str = "44444444-4444-4444-4444-000000000005";
const ADA: &str = "55555555-5555-5555-5555-000000000001";

fn under(condition: &str, role: &str, principal: &str) -> Value {
    let mut body = grant(role, principal);
    body["properties"]["condition"] = condition.into();
    body["properties"]["conditionVersion"] = "2.0".into();
    body
}

fn of_type(role: &str, principal: &str, principal_type: &str) -> Value {
    let mut body = grant(role, principal);
    body["properties"]["principalType"] = principal_type.into();
    body
}

/// "Constrain roles and principal types" of the page: Reader and Contributor, for service principals.
fn constrained() -> String {
    let one = |action: &str, source: &str| {
        let attribute = format!("@{source}[Microsoft.Authorization/roleAssignments:");
        format!(
            "((!(ActionMatches{{'Microsoft.Authorization/roleAssignments/{action}'}})) OR ({attribute}RoleDefinitionId] \
             ForAnyOfAnyValues:GuidEquals {{{READER}, {CONTRIBUTOR}}} AND {attribute}PrincipalType] \
             StringEqualsIgnoreCase 'serviceprincipal'))"
        )
    };
    format!("{} AND {}", one("write", "Request"), one("delete", "Resource"))
}

#[tokio::test]
async fn a_constrained_administrator_gives_and_takes_only_what_the_condition_names() {
    let azure = Azure::start().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    owner.put(&role_assignment(RG_SHARED, 1), under(&constrained(), ADMINISTRATOR, STRANGER)).await.has_status(201);
    owner.put(&role_assignment(RG_SHARED, 2), grant(OWNER, FACTORY_CONTRIBUTOR)).await.has_status(201);
    let own = role_assignment(RG_SHARED, 3);
    for body in [
        of_type(OWNER, FACTORY_CONTRIBUTOR, "ServicePrincipal"),
        of_type(READER, ADA, "User"),
        // Without the type in the request there is nothing to compare.
        grant(READER, FACTORY_CONTRIBUTOR),
        json!({ "properties": 1 }),
        json!({}),
    ] {
        stranger.is_refused(Method::PUT, &own, body, 403, "AuthorizationFailed").await.says(&format!(
            "The client '33333333-3333-3333-3333-000000000006' with object id '{STRANGER}' does not have authorization or an ABAC \
             condition not fulfilled to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '{own}' or the scope \
             is invalid. If access was recently granted, please refresh your credentials."
        ));
    }
    stranger.put(&own, of_type(READER, FACTORY_CONTRIBUTOR, "ServicePrincipal")).await.has_status(201);
    let elsewhere = role_assignment(SUBSCRIPTION, 4);
    let body = of_type(READER, FACTORY_CONTRIBUTOR, "ServicePrincipal");
    stranger.is_refused(Method::PUT, &elsewhere, body, 403, "AuthorizationFailed").await;
    // The condition speaks of writing and deleting; reading is not its business.
    stranger.get(&own).await.has_status(200);

    stranger.is_refused(Method::DELETE, &role_assignment(RG_SHARED, 2), Value::Null, 403, "AuthorizationFailed").await;
    stranger.is_refused(Method::DELETE, &role_assignment(RG_SHARED, 9), Value::Null, 403, "AuthorizationFailed").await;
    stranger.delete(&own).await.has_status(200);
    // Another role of the same principal grants without the condition.
    owner.put(&role_assignment(SUBSCRIPTION, 5), grant(ADMINISTRATOR, STRANGER)).await.has_status(201);
    stranger.put(&own, grant(OWNER, ADA)).await.has_status(201);
}

#[tokio::test]
async fn another_role_under_the_same_name_is_no_way_around_the_condition() {
    let azure = Azure::start().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    owner.put(&role_assignment(RG_SHARED, 1), under(&constrained(), ADMINISTRATOR, STRANGER)).await.has_status(201);
    let held = role_assignment(RG_SHARED, 2);
    owner.put(&held, grant(OWNER, FACTORY_CONTRIBUTOR)).await.has_status(201);
    let reader = of_type(READER, FACTORY_CONTRIBUTOR, "ServicePrincipal");
    stranger.is_refused(Method::DELETE, &held, Value::Null, 403, "AuthorizationFailed").await;
    stranger.is_refused(Method::PUT, &held, reader.clone(), 403, "AuthorizationFailed").await;
    owner.put(&held, reader.clone()).await.has_status(201);
    stranger.put(&held, of_type(CONTRIBUTOR, FACTORY_CONTRIBUTOR, "ServicePrincipal")).await.has_status(201);
    stranger.put(&held, reader).await.has_status(201);
}

#[tokio::test]
async fn a_built_in_administrator_of_data_gives_its_own_roles_alone() {
    let azure = Azure::start().await;
    let (owner, stranger) = (azure.owner(), azure.caller("stranger"));
    owner.put(&role_assignment(RG_SHARED, 1), grant(KEY_VAULT_DATA_ACCESS_ADMINISTRATOR, STRANGER)).await.has_status(201);
    let own = role_assignment(RG_SHARED, 2);
    stranger.is_refused(Method::PUT, &own, grant(READER, ADA), 403, "AuthorizationFailed").await;
    stranger.put(&own, grant(KEY_VAULT_SECRETS_USER, ADA)).await.has_status(201);
    stranger.delete(&own).await.has_status(200);
    stranger.is_refused(Method::DELETE, &role_assignment(RG_SHARED, 1), Value::Null, 403, "AuthorizationFailed").await;
}

#[tokio::test]
async fn access_until_an_instant_ends_on_the_worlds_clock() {
    let azure = Azure::start().await;
    let start = json!({ "set": "2030-01-01T00:00:00Z", "frozen": true });
    azure.control(Method::PATCH, "clock", &start).await.has_status(200);
    let until = "@Environment[UtcNow] DateTimeLessThan '2030-01-01T01:00:00.0Z'";
    azure.owner().put(&role_assignment(RG_SHARED, 1), under(until, READER, STRANGER)).await.has_status(201);
    let stranger = azure.caller("stranger");
    stranger.get(RG_SHARED).await.has_status(200);
    azure.advance("PT59M59S").await;
    stranger.get(RG_SHARED).await.has_status(200);
    azure.advance("PT1S").await;
    stranger.get(RG_SHARED).await.is_refused(403, "AuthorizationFailed");
    stranger.is_refused(Method::PUT, &role_assignment(RG_SHARED, 2), grant(READER, ADA), 403, "AuthorizationFailed").await;
}
