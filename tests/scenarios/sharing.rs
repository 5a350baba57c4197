//! Sharing a self-hosted integration runtime, as the documentation walks through it, and what else can happen on the way.
//!
//! <https://learn.microsoft.com/azure/data-factory/create-shared-self-hosted-integration-runtime-powershell>

use adf_emulator_tests::{
    Azure, CONTRIBUTOR, OWNER, READER, RG_LINKED, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, grant, linked_to,
    role_assignment, runtime, self_hosted,
};
use reqwest::Method;
use serde_json::{Value, json};

const DATA_FACTORY_CONTRIBUTOR: &str = "673868aa-7521-48a0-acc6-0f60742d39f5";
const USER_ACCESS_ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
const DENIED: &str = "UnauthorizedIntegrationRuntimeAccess";

fn factory_of(runtime: &str) -> String {
    runtime.split("/integrationRuntimes/").next().unwrap().to_owned()
}

/// The body of a linked service that connects through a runtime of its factory.
fn through(runtime: &str) -> Value {
    json!({ "properties": { "type": "SqlServer", "typeProperties": { "connectionString": "Server=s;Integrated Security=true" },
        "connectVia": { "referenceName": runtime, "type": "IntegrationRuntimeReference" } } })
}

async fn links(azure: &Azure, shared: &str) -> Vec<String> {
    let status = azure.owner().post(&format!("{shared}/getStatus"), Value::Null).await.has_status(200).json();
    let links = status["properties"]["typeProperties"]["links"].as_array().unwrap().clone();
    let text = |link: &Value, name: &str| link[name].as_str().unwrap().to_owned();
    links.iter().map(|link| format!("{}/{}", text(link, "dataFactoryName"), text(link, "name"))).collect()
}

#[tokio::test]
async fn the_documented_steps_work_from_the_first_to_the_last() {
    let azure = Azure::start().await;
    let owner = azure.owner();

    // Create a shared self-hosted runtime in a factory.
    let (sharing, linking) = (factory(RG_SHARED, "sharing"), factory(RG_LINKED, "linking"));
    owner.put(&sharing, factory_with_identity()).await.has_status(200);
    let shared = runtime(&sharing, "shared");
    owner.get(&shared).await.is_refused(404, "NotFound");
    let body = json!({ "properties": { "type": "SelfHosted", "description": "shared" } });
    let made = owner.put(&shared, body).await.has_status(200).json();
    let resource_id = made["id"].as_str().unwrap().to_owned();
    assert_eq!(resource_id, shared.replace("integrationRuntimes", "integrationruntimes"));

    // Get its authentication keys, and register a node with one.
    assert_eq!(azure.state_of(&shared).await.0, "NeedRegistration");
    azure.node(&shared, "node1").await;
    assert_eq!(azure.state_of(&shared).await.0, "Online");

    // Create another factory and grant its identity access to the shared runtime.
    let made = owner.put(&linking, factory_with_identity()).await.has_status(200).json();
    let principal = made["identity"]["principalId"].as_str().unwrap();
    let linked = runtime(&linking, "linked");
    owner.is_refused(Method::PUT, &linked, linked_to(&resource_id), 401, DENIED).await.by_rule("link-needs-grant");
    let assignment = role_assignment(&resource_id, 1);
    owner.put(&assignment, grant(CONTRIBUTOR, principal)).await.has_status(201);

    // Create the linked runtime, use it, and monitor both sides.
    let document = owner.put(&linked, linked_to(&resource_id)).await.has_status(200).json();
    assert_eq!(document["properties"]["typeProperties"]["linkedInfo"], json!({ "authorizationType": "RBAC", "resourceId": resource_id }));
    assert_eq!(owner.get(&linked).await.json(), document);
    owner.put(&format!("{linking}/linkedservices/sql"), through("linked")).await.has_status(200);
    assert_eq!(azure.state_of(&linked).await, ("Online".to_owned(), "shared".to_owned()));
    let monitoring = owner.post(&format!("{linked}/monitoringData"), Value::Null).await.has_status(200).json();
    assert_eq!((&monitoring["name"], &monitoring["nodes"][0]["nodeName"]), (&json!("shared"), &json!("node1")));
    assert_eq!(links(&azure, &shared).await, ["linking/linked"]);

    // Revoke: the link first, by the factory's name, then the role assignment.
    owner.post(&format!("{shared}/removeLinks"), json!({ "factoryName": "linking" })).await.has_status(200);
    assert!(links(&azure, &shared).await.is_empty());
    owner.delete(&assignment).await.has_status(200);
    assert_eq!(azure.state_of(&linked).await, ("AccessDenied".to_owned(), "linked".to_owned()));

    // Clean up: what is used goes last.
    owner.is_refused(Method::DELETE, &linked, Value::Null, 400, "BadRequest").await.by_rule("document-is-not-referenced");
    owner.delete(&format!("{linking}/linkedservices/sql")).await.has_status(200);
    for id in [&linked, &shared, &linking, &sharing] {
        assert_eq!(owner.delete(id).await.has_status(200).text(), "");
    }
    owner.get(&sharing).await.is_refused(404, "ResourceNotFound");
}

#[tokio::test]
async fn any_role_that_allows_the_link_counts_from_the_runtime_up_to_the_subscription() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    let linked = runtime(&linking, "linked");
    let mut number = 0;
    for scope in [shared.as_str(), &factory_of(&shared), RG_SHARED, SUBSCRIPTION] {
        for role in [CONTRIBUTOR, OWNER, DATA_FACTORY_CONTRIBUTOR] {
            number += 1;
            let assignment = role_assignment(scope, number);
            azure.owner().put(&assignment, grant(role, &principal)).await.has_status(201);
            azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
            assert_eq!(azure.state_of(&linked).await.0, "NeedRegistration", "{role} at {scope}");
            azure.owner().delete(&assignment).await.has_status(200);
            assert_eq!(azure.state_of(&linked).await.0, "AccessDenied");
        }
        for role in [READER, USER_ACCESS_ADMINISTRATOR] {
            number += 1;
            azure.owner().put(&role_assignment(scope, number), grant(role, &principal)).await.has_status(201);
            azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, DENIED).await;
        }
    }
}

#[tokio::test]
async fn who_grants_and_who_links_need_nothing_at_the_other_side() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    let (linked, assignment) = (runtime(&linking, "linked"), role_assignment(&shared, 1));
    let stranger = "44444444-4444-4444-4444-000000000006";
    azure.owner().put(&role_assignment(&linking, 9), grant(DATA_FACTORY_CONTRIBUTOR, stranger)).await.has_status(201);

    let caller = azure.caller("stranger");
    caller.get(&shared).await.is_refused(403, "AuthorizationFailed");
    caller.is_refused(Method::PUT, &linked, linked_to(&shared), 401, DENIED).await.by_rule("link-needs-grant");
    azure.caller("access-admin").put(&assignment, grant(CONTRIBUTOR, &principal)).await.has_status(201);
    caller.put(&linked, linked_to(&shared)).await.has_status(200);
    let status = caller.post(&format!("{linked}/getStatus"), Value::Null).await.has_status(200).json();
    assert_eq!(status["name"], "shared");
    azure.caller("access-admin").put(&linked, linked_to(&shared)).await.is_refused(403, "AuthorizationFailed");

    // The owner's own rights do not stand in for the identity's.
    azure.owner().delete(&assignment).await.has_status(200);
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, DENIED).await.by_rule("link-needs-grant");
}

#[tokio::test]
async fn a_guest_who_is_owner_shares_by_entering_the_identity() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    let eve = azure.caller("eve");
    eve.put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    eve.put(&runtime(&linking, "linked"), linked_to(&shared)).await.has_status(200);
    eve.post(&format!("{shared}/removeLinks"), json!({ "factoryName": "linking" })).await.has_status(200);
    eve.delete(&role_assignment(&shared, 1)).await.has_status(200);
}

#[tokio::test]
async fn a_credential_links_with_a_user_assigned_identity() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let identity = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let owner = azure.owner();
    let plain = factory(RG_LINKED, "plain");
    let body = json!({ "location": "eastus", "identity": { "type": "UserAssigned", "userAssignedIdentities": { identity.as_str(): {} } } });
    let made = owner.put(&plain, body).await.has_status(200).json();
    let principal = made["identity"]["userAssignedIdentities"][identity.as_str()]["principalId"].as_str().unwrap();

    let linked = runtime(&plain, "linked");
    let mut body = linked_to(&shared);
    body["properties"]["typeProperties"]["linkedInfo"]["credential"] = json!({ "referenceName": "uai", "type": "CredentialReference" });
    owner.is_refused(Method::PUT, &linked, body.clone(), 400, "BadRequest").await.by_rule("reference-exists");
    let credential = json!({ "properties": { "type": "ManagedIdentity", "typeProperties": { "resourceId": identity } } });
    owner.put(&format!("{plain}/credentials/uai"), credential).await.has_status(200);
    owner.is_refused(Method::PUT, &linked, body.clone(), 401, DENIED).await.by_rule("link-needs-grant");
    owner.put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, principal)).await.has_status(201);
    let made = owner.put(&linked, body.clone()).await.has_status(200).json();
    assert_eq!(made["properties"], body["properties"], "echoed with its credential");
    assert_eq!(azure.state_of(&linked).await.1, "shared");
    owner.is_refused(Method::DELETE, &format!("{plain}/credentials/uai"), Value::Null, 400, "BadRequest").await;

    // Without the identity the credential stands for nobody.
    owner.put(&plain, json!({ "location": "eastus", "identity": { "type": "None" } })).await.has_status(200);
    assert_eq!(azure.state_of(&linked).await.0, "AccessDenied");
}

#[tokio::test]
async fn deletion_in_any_order_is_done_as_asked_and_leaves_no_link_behind() {
    // The shared runtime first: the linked one stays, and is denied.
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    azure.owner().delete(&shared).await.has_status(200);
    assert_eq!(azure.state_of(&linked).await, ("AccessDenied".to_owned(), "linked".to_owned()));
    azure.owner().put(&shared, self_hosted()).await.has_status(200);
    assert!(links(&azure, &shared).await.is_empty());
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, DENIED).await.by_rule("link-needs-grant");

    // The sharing factory first.
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    azure.owner().delete(&factory_of(&shared)).await.has_status(200);
    assert_eq!(azure.state_of(&linked).await.0, "AccessDenied");
    azure.owner().delete(&linked).await.has_status(200);

    // The linked runtime, then its factory.
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    azure.owner().delete(&linked).await.has_status(200);
    assert!(links(&azure, &shared).await.is_empty());
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
    azure.owner().delete(&factory_of(&linked)).await.has_status(200);
    assert!(links(&azure, &shared).await.is_empty());
    azure.owner().delete(&linked).await.is_refused(404, "ResourceNotFound");
}

#[tokio::test]
async fn a_factory_that_is_made_again_has_another_identity_and_needs_another_grant() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    let linking = factory_of(&linked);
    azure.owner().delete(&linking).await.has_status(200);
    let made = azure.owner().put(&linking, factory_with_identity()).await.has_status(200).json();
    azure.owner().is_refused(Method::PUT, &linked, linked_to(&shared), 401, DENIED).await.by_rule("link-needs-grant");
    let principal = made["identity"]["principalId"].as_str().unwrap();
    azure.owner().put(&role_assignment(&shared, 2), grant(CONTRIBUTOR, principal)).await.has_status(201);
    azure.owner().put(&linked, linked_to(&shared)).await.has_status(200);
}

#[tokio::test]
async fn ids_count_without_case_and_with_a_doubled_slash() {
    let azure = Azure::start().await;
    let (shared, linking, principal) = azure.two_factories().await;
    azure.owner().put(&format!("/{}", role_assignment(&shared.to_lowercase(), 1)), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let shouted = shared.to_uppercase();
    let linked = runtime(&linking, "Linked");
    let made = azure.owner().put(&linked, linked_to(&shouted)).await.has_status(200).json();
    assert_eq!(made["properties"]["typeProperties"]["linkedInfo"]["resourceId"], shouted, "echoed as sent");
    assert_eq!(azure.state_of(&linked.to_lowercase()).await.1, "shared");
    assert_eq!(azure.owner().get(&linked.to_lowercase()).await.json(), made);
    assert_eq!(links(&azure, &shared).await, ["linking/Linked"]);
}

#[tokio::test]
async fn a_world_with_shares_of_every_kind_is_written_down_and_read_again() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    azure.node(&shared, "node1").await;
    let revoked = runtime(&factory_of(&shared), "revoked");
    azure.owner().put(&revoked, self_hosted()).await.has_status(200);
    let principal = azure.owner().get(&factory_of(&linked)).await.json()["identity"]["principalId"].as_str().unwrap().to_owned();
    azure.owner().put(&role_assignment(&revoked, 2), grant(CONTRIBUTOR, &principal)).await.has_status(201);
    let denied = runtime(&factory_of(&linked), "denied");
    azure.owner().put(&denied, linked_to(&revoked)).await.has_status(200);
    azure.owner().delete(&role_assignment(&revoked, 2)).await.has_status(200);

    let exported = azure.export();
    let copy = Azure::with_world(&serde_json::from_str(&exported).unwrap()).await;
    assert_eq!(copy.export(), exported);
    for path in [&shared, &linked, &denied] {
        assert_eq!(copy.owner().get(path).await.text(), azure.owner().get(path).await.text());
        let status = async |azure: &Azure| azure.owner().post(&format!("{path}/getStatus"), Value::Null).await.text().to_owned();
        assert_eq!(status(&copy).await, status(&azure).await);
    }
    assert_eq!(copy.auth_keys(&shared).await, azure.auth_keys(&shared).await);
    assert_eq!(copy.fetch("/_emulator/nodes").await.text(), azure.fetch("/_emulator/nodes").await.text());
}

#[tokio::test]
async fn a_link_that_no_put_could_make_is_kept_in_the_form_without_state() {
    let azure = Azure::start().await;
    let (shared, linked) = azure.shared_and_linked().await;
    let by_hand = azure.fetch("/_emulator/world?state=false").await.text().to_owned();
    assert!(!by_hand.contains("\"state\""), "{by_hand}");
    let principal = azure.owner().get(&factory_of(&linked)).await.json()["identity"]["principalId"].as_str().unwrap().to_owned();
    let held = azure.owner().get(&format!("{shared}/providers/Microsoft.Authorization/roleAssignments")).await.json();
    let grants = held["value"].as_array().unwrap().iter().filter(|it| it["properties"]["principalId"] == principal);
    for grant in grants {
        azure.owner().delete(grant["id"].as_str().unwrap()).await.has_status(200);
    }
    assert_eq!(azure.state_of(&linked).await.0, "AccessDenied");
    let by_hand = azure.fetch("/_emulator/world?state=false").await.json();
    let entry =
        by_hand["resources"].as_array().unwrap().iter().find(|entry| entry["id"].as_str().unwrap().eq_ignore_ascii_case(&linked)).unwrap();
    assert_eq!(entry["state"], json!({ "linked": true }));
    let made_anew = Azure::with_world(&by_hand).await;
    assert_eq!(made_anew.state_of(&linked).await, azure.state_of(&linked).await);
    // Granted again, it works again, in both.
    for azure in [&azure, &made_anew] {
        let factory = azure.owner().get(&factory_of(&linked)).await.json();
        let principal = factory["identity"]["principalId"].as_str().unwrap();
        azure.owner().put(&role_assignment(&shared, 9), grant(CONTRIBUTOR, principal)).await.has_status(201);
        assert_eq!(azure.state_of(&linked).await.1, "shared");
    }
}

#[tokio::test]
async fn a_share_is_written_by_hand_in_a_world_file() {
    let azure = Azure::start().await;
    let mut world: Value = serde_json::from_str(&azure.export()).unwrap();
    let (sharing, linking) = (factory(RG_SHARED, "sharing"), factory(RG_LINKED, "linking"));
    let (shared, linked) = (runtime(&sharing, "shared"), runtime(&linking, "linked"));
    let entries =
        [(&linked, linked_to(&shared)), (&shared, self_hosted()), (&linking, factory_with_identity()), (&sharing, factory_with_identity())];
    for (id, body) in entries {
        world["resources"].as_array_mut().unwrap().push(json!({ "id": id, "body": body }));
    }
    let assignment = json!({ "principal": linking, "role": "Contributor", "scope": shared });
    world["roleAssignments"].as_array_mut().unwrap().push(assignment);
    world["nodes"] = json!([{ "runtime": shared, "nodeName": "node1", "status": "Limited" }]);
    let azure = Azure::with_world(&world).await;
    assert_eq!(azure.state_of(&linked).await, ("Limited".to_owned(), "shared".to_owned()));
    assert_eq!(links(&azure, &shared).await, ["linking/linked"]);
}
