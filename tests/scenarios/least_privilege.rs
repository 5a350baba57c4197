//! Which role would have done for what was asked: over a span of the journal, for each principal.
//!
//! What is proposed is tried out: it must be enough, and what is left out must be refused.

use adf_emulator_tests::{
    ADA, Azure, CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, STRANGER, SUBSCRIPTION, asks, assignment_request, eligibility_request, factory,
    factory_with_identity, grant, linked_to, role_assignment, role_definition, runtime, self_hosted,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn told(azure: &Azure, query: &str) -> Vec<Value> {
    let answer = azure.control(Method::GET, &format!("least-privilege{query}"), &json!({})).await.has_status(200).json();
    assert_eq!(answer["dropped"], 0);
    answer["value"].as_array().unwrap().clone()
}

async fn told_of(azure: &Azure, principal: &str) -> Value {
    let [told] = <[Value; 1]>::try_from(told(azure, &format!("?principal={principal}")).await).unwrap();
    told
}

/// What a suite does: a factory with a runtime, twice the same.
async fn suite(azure: &Azure, caller: &str) {
    let id = factory(RG_SHARED, "least");
    for _ in 0..2 {
        azure.caller(caller).put(&id, factory_with_identity()).await.has_status(200);
    }
    azure.caller(caller).put(&runtime(&id, "ir-1"), self_hosted()).await.has_status(200);
    azure.caller(caller).get(&id).await.has_status(200);
}

#[tokio::test]
async fn the_narrowest_role_is_enough_and_a_custom_one_is_narrower() {
    let azure = Azure::start().await;
    suite(&azure, "contributor").await;
    let told = told_of(&azure, "contributor").await;
    let members: Vec<&str> = told.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["principal", "objectId", "type", "resource", "operations", "role", "customRole", "unusedAssignments"]);
    assert_eq!((&told["principal"], &told["type"], &told["resource"]), (&json!("contributor"), &json!("ServicePrincipal"), &Value::Null));
    let operations = told["operations"].as_array().unwrap();
    let id = factory(RG_SHARED, "least");
    let write = json!({ "action": "Microsoft.DataFactory/factories/write", "scope": id, "roleHeld": "atScope", "outcome": "allowed", "requests": 2 });
    assert!(operations.len() == 3 && operations.contains(&write), "{told}");
    // It made the factory itself, so the role must be where the factory comes.
    assert_eq!((&told["role"]["name"], &told["role"]["scope"]), (&json!("Data Factory Contributor"), &json!(RG_SHARED)));
    assert!(told["role"]["knownActions"].as_u64() > Some(3));
    assert_eq!(told["unusedAssignments"], json!([]), "Contributor is more than enough, and used");

    azure.owner().delete(&id).await.has_status(200);
    let role = grant(told["role"]["id"].as_str().unwrap(), STRANGER);
    azure.owner().put(&role_assignment(told["role"]["scope"].as_str().unwrap(), 1), role).await.has_status(201);
    suite(&azure, "stranger").await;

    azure.owner().delete(&id).await.has_status(200);
    azure.owner().delete(&role_assignment(RG_SHARED, 1)).await.has_status(200);
    let custom = &told["customRole"];
    assert_eq!(custom["AssignableScopes"], json!([RG_SHARED]));
    let permissions = json!([{ "actions": custom["Actions"] }]);
    let body =
        json!({ "properties": { "roleName": custom["Name"], "permissions": permissions, "assignableScopes": custom["AssignableScopes"] } });
    azure.owner().put(&role_definition(RG_SHARED, 1), body).await.has_status(201);
    let name = role_definition(RG_SHARED, 1).rsplit('/').next().unwrap().to_owned();
    azure.owner().put(&role_assignment(RG_SHARED, 2), grant(&name, STRANGER)).await.has_status(201);
    suite(&azure, "stranger").await;
    azure.caller("stranger").is_refused(Method::DELETE, &id, Value::Null, 403, "AuthorizationFailed").await;
}

#[tokio::test]
async fn what_is_refused_needs_no_role_and_what_an_audit_let_pass_does() {
    let azure = Azure::start().await;
    let id = factory(RG_SHARED, "least");
    azure.caller("reader").put(&id, factory_with_identity()).await.is_refused(403, "AuthorizationFailed");
    let refused = told_of(&azure, "reader").await;
    assert_eq!((&refused["role"], &refused["customRole"]), (&Value::Null, &Value::Null));
    assert_eq!((&refused["operations"][0]["outcome"], &refused["operations"][0]["requests"]), (&json!("refused"), &json!(1)));
    assert_eq!(refused["unusedAssignments"][0]["role"], "Reader");
    assert_eq!(refused["unusedAssignments"][0]["scope"], SUBSCRIPTION);

    azure.control(Method::PATCH, "settings", &json!({ "authorization": "audit" })).await.has_status(200);
    azure.caller("reader").put(&id, factory_with_identity()).await.has_status(200);
    let audited = told_of(&azure, "reader").await;
    let outcomes: Vec<&str> = audited["operations"].as_array().unwrap().iter().map(|it| it["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["audited", "refused"]);
    assert_eq!(audited["role"]["name"], "Data Factory Contributor");
}

#[tokio::test]
async fn the_identity_of_a_linking_factory_is_told_for_itself() {
    let azure = Azure::start().await;
    let (shared, linking, identity) = azure.two_factories().await;
    azure.owner().put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &identity)).await.has_status(201);
    azure.owner().put(&role_assignment(RG_LINKED, 2), grant(READER, &identity)).await.has_status(201);
    azure.owner().put(&runtime(&linking, "linked"), linked_to(&shared)).await.has_status(200);
    let all = told(&azure, "").await;
    let of_identity = all.iter().find(|it| it["objectId"] == identity.as_str()).unwrap();
    assert!(of_identity["resource"].as_str().unwrap().eq_ignore_ascii_case(&linking), "{of_identity}");
    assert_eq!(of_identity["role"]["name"], "Data Factory Contributor", "{of_identity}");
    assert!(of_identity["role"]["scope"].as_str().unwrap().eq_ignore_ascii_case(&shared));
    let unused = of_identity["unusedAssignments"].as_array().unwrap();
    assert!(unused.len() == 1 && unused[0]["role"] == "Reader" && unused[0]["scope"] == RG_LINKED, "{of_identity}");
    let owner = all.iter().find(|it| it["principal"] == "owner").unwrap();
    assert_eq!(owner["role"]["name"], "Owner", "who grants and makes factories");
}

#[tokio::test]
async fn a_span_has_a_beginning_and_an_end_and_groups_their_say() {
    let azure = Azure::start().await;
    let engineers = "66666666-6666-6666-6666-000000000001";
    azure.owner().put(&role_assignment(RG_LINKED, 1), grant(CONTRIBUTOR, engineers)).await.has_status(201);
    let ada = azure.caller("ada");
    let mut ids = Vec::new();
    for path in [SUBSCRIPTION, RG_SHARED, RG_LINKED] {
        ids.push(ada.get(path).await.has_status(200).header("x-ms-request-id").unwrap().to_owned());
    }
    let scopes = async |query: String| -> Vec<String> {
        let told = told(&azure, &query).await;
        let ada = told.iter().find(|it| it["principal"] == "ada").unwrap();
        ada["operations"].as_array().unwrap().iter().map(|it| it["scope"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(scopes(format!("?since={}", ids[1])).await, [RG_LINKED]);
    assert_eq!(scopes(format!("?until={}", ids[0])).await, [SUBSCRIPTION]);
    assert_eq!(scopes(format!("?since={}&until={}&principal=ada", ids[0], ids[1])).await, [RG_SHARED]);
    let told = told(&azure, &format!("?since={}&until={}&principal=ada", ids[0], ids[1])).await;
    let unused = &told[0]["unusedAssignments"][0];
    assert_eq!((&unused["role"], &unused["group"], &unused["scope"]), (&json!("Contributor"), &json!("engineers"), &json!(RG_LINKED)));
    // The end may not lie before the beginning.
    let answer = azure.control(Method::GET, &format!("least-privilege?since={}&until={}", ids[1], ids[0]), &json!({})).await;
    assert_eq!(answer.is_refused(400, "NoSuchEntry").json()["error"]["target"], "until");
}

/// Who gives a role for a time needs both the request and the right to assign the role, where it is given and no higher.
#[tokio::test]
async fn giving_a_role_for_a_time_needs_two_actions_at_the_scope() {
    for (request, action) in [
        (assignment_request(RG_SHARED, 1), "Microsoft.Authorization/roleAssignmentScheduleRequests/write"),
        (eligibility_request(RG_SHARED, 1), "Microsoft.Authorization/roleEligibilityScheduleRequests/write"),
    ] {
        let azure = Azure::start().await;
        azure.caller("access-admin").put(&request, asks("AdminAssign", READER, ADA, "PT8H")).await.has_status(201);
        let told = told_of(&azure, "access-admin").await;
        let assigning = "Microsoft.Authorization/roleAssignments/write";
        let mut actions: Vec<&str> = told["operations"].as_array().unwrap().iter().map(|it| it["action"].as_str().unwrap()).collect();
        actions.sort_unstable_by_key(|it| it.to_lowercase());
        assert_eq!(actions, [assigning, action], "{told}");
        assert_eq!(told["role"]["scope"], RG_SHARED, "{told}");
        let custom = &told["customRole"];
        assert_eq!((&custom["Actions"], &custom["AssignableScopes"]), (&json!([assigning, action]), &json!([RG_SHARED])));

        // It is enough; with one of the two it would not be.
        let again = request.replace("000000000001", "000000000002");
        let body = asks("AdminAssign", READER, "66666666-6666-6666-6666-000000000001", "PT8H");
        for (number, actions, status) in [(1, json!([action]), 400), (2, json!([assigning]), 400), (3, custom["Actions"].clone(), 201)] {
            let role = json!({ "properties": { "roleName": format!("{} {number}", custom["Name"]), "permissions": [{ "actions": actions }],
                "assignableScopes": custom["AssignableScopes"] } });
            let id = role_definition(RG_SHARED, number);
            azure.owner().put(&id, role).await.has_status(201);
            let held = grant(id.rsplit('/').next().unwrap(), STRANGER);
            azure.owner().put(&role_assignment(RG_SHARED, number), held).await.has_status(201);
            azure.caller("stranger").put(&again, body.clone()).await.has_status(status);
            azure.owner().delete(&role_assignment(RG_SHARED, number)).await.has_status(200);
        }
    }
}

#[tokio::test]
async fn what_belongs_to_no_scope_asks_for_no_role_at_the_root() {
    let azure = Azure::start().await;
    azure.caller("reader").get("/providers").await.has_status(200);
    azure.caller("reader").get("/providers/Microsoft.Management/managementGroups").await.has_status(200);
    let told = told_of(&azure, "reader").await;
    let held: Vec<&Value> = told["operations"].as_array().unwrap().iter().map(|it| &it["roleHeld"]).collect();
    assert_eq!(held, ["anywhere", "anywhere"]);
    assert_eq!((&told["role"]["scope"], &told["unusedAssignments"]), (&json!(SUBSCRIPTION), &json!([])), "Reader allowed it");

    azure.caller("reader").get(RG_SHARED).await.has_status(200);
    assert_eq!(told_of(&azure, "reader").await["role"]["scope"], RG_SHARED, "what belongs to no scope widens none");

    azure.caller("ada").post("/providers/Microsoft.Authorization/elevateAccess", Value::Null).await.has_status(200);
    let told = told_of(&azure, "ada").await;
    assert_eq!((&told["operations"][0]["roleHeld"], &told["role"], &told["customRole"]), (&json!("nowhere"), &Value::Null, &Value::Null));
    assert_eq!(told["operations"][0]["outcome"], "allowed");
}

#[tokio::test]
async fn of_several_assignments_that_one_is_used_which_allowed_what_belongs_to_no_scope() {
    let azure = Azure::start().await;
    azure.owner().put(&role_assignment(RG_SHARED, 1), grant(READER, STRANGER)).await.has_status(201);
    azure.owner().put(&role_assignment(RG_LINKED, 2), grant(CONTRIBUTOR, STRANGER)).await.has_status(201);
    azure.caller("stranger").get("/providers").await.has_status(200);
    let because = azure.fetch("/_emulator/requests?caller=stranger").await.json()["value"][0]["decision"]["because"].to_string();
    let told = told_of(&azure, "stranger").await;
    let unused = told["unusedAssignments"].as_array().unwrap();
    assert_eq!(unused.len(), 1, "{told}");
    assert!(!because.contains(unused[0]["id"].as_str().unwrap().rsplit('/').next().unwrap()), "{because} {told}");
}
