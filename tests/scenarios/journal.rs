//! What a world was asked and what it answered, read, waited for and verified through the journal.
//!
//! Each in a world of its own; what an entry looks like stands in `docs/control.md`.

use adf_emulator_tests::{
    ADA, Azure, CONTRIBUTOR, RG_SHARED, SUBSCRIPTION, factory, factory_with_identity, grant, linked_to, role_assignment,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn journal(azure: &Azure, query: &str) -> Vec<Value> {
    let answer = azure.control(Method::GET, &format!("requests{query}"), &json!({})).await;
    answer.has_status(200).json()["value"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_entry_tells_who_asked_what_and_why_it_was_refused() {
    let azure = Azure::start().await;
    let f1 = factory(RG_SHARED, "journal-f1");
    azure.owner().put(&f1, factory_with_identity()).await.has_status(200);
    let refused = azure.caller("reader").put(&f1, factory_with_identity()).await;
    azure.caller("reader").put("/subscriptions/none/resourceGroups/a", json!({})).await;
    let id = refused.header("x-ms-request-id").unwrap().to_owned();
    let entries = journal(&azure, "").await;
    let statuses: Vec<_> = entries.iter().map(|entry| entry["status"].clone()).collect();
    assert_eq!(statuses, [200, 403, 400]);
    let (written, entry, lost) = (&entries[0], &entries[1], &entries[2]);
    let decision = &written["decision"];
    assert_eq!((&decision["allowed"], &decision["action"]), (&json!(true), &json!("Microsoft.DataFactory/factories/write")));
    assert_eq!(decision["scope"], f1);
    let because = decision["because"].as_str().unwrap();
    assert!(because.starts_with(&format!("Owner allows '*', assigned at '{SUBSCRIPTION}' (role assignment ")), "{because}");
    assert_eq!((written.get("reason"), written.get("see"), written.get("linkedDecisions")), (None, None, None));
    assert_eq!(written["caller"], json!({ "name": "owner", "objectId": "44444444-4444-4444-4444-000000000001" }));
    assert_eq!(
        (&entry["id"], &entry["code"], &entry["operation"]),
        (&json!(id), &json!("AuthorizationFailed"), &json!("Factories_CreateOrUpdate"))
    );
    assert_eq!((&entry["decision"]["allowed"], &entry["decision"]["because"]), (&json!(false), &json!("Reader does not name the action")));
    assert!(entry["url"].as_str().unwrap().contains("/factories/journal-f1?api-version="), "{entry}");
    assert_eq!((&lost["decision"], &lost["caller"], &lost["rule"]), (&Value::Null, &Value::Null, &json!("subscription-id-is-a-guid")));
    let keys: Vec<_> = entry.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = "id time method url operation caller status code rule fault decision durationMicroseconds reason see";
    assert_eq!(keys, wanted.split(' ').collect::<Vec<_>>());
    assert!(
        entry["see"].as_str().unwrap().starts_with(&format!("adf-emulator explain --url {} --principal 44444444-", azure.url())),
        "{entry}"
    );
    assert_eq!(entry["reason"], entry["decision"]["because"]);
    assert_eq!(lost["see"], "adf-emulator reproduce subscription-id-is-a-guid");
    assert_eq!(lost["reason"], "The subscription id in a path is a GUID.");

    let whole = azure.control(Method::GET, &format!("requests/{id}"), &json!({})).await.json();
    assert_eq!(whole["request"]["body"], factory_with_identity());
    assert_eq!(whole["request"]["headers"]["authorization"], "Bearer ***");
    assert_eq!(whole["response"]["body"]["error"]["code"], "AuthorizationFailed");
    assert_eq!(whole["response"]["headers"]["x-emulator-decision"], id);
}

#[tokio::test]
async fn lists_choose_and_go_on_and_are_cleared() {
    let azure = Azure::start().await;
    for name in ["journal-a", "journal-b"] {
        azure.owner().put(&factory(RG_SHARED, name), factory_with_identity()).await.has_status(200);
        azure.caller("stranger").get(&factory(RG_SHARED, name)).await.has_status(403);
    }
    let first = journal(&azure, "?limit=1").await[0]["id"].as_str().unwrap().to_owned();
    for (query, count) in [
        ("?status=403".to_owned(), 2),
        ("?caller=stranger".to_owned(), 2),
        ("?caller=33333333-3333-3333-3333-000000000001".to_owned(), 2),
        ("?code=AuthorizationFailed&operation=Factories_Get".to_owned(), 2),
        ("?rule=four-nodes".to_owned(), 0),
        (format!("?since={first}"), 3),
        (format!("?since={first}&limit=2"), 2),
    ] {
        assert_eq!(journal(&azure, &query).await.len(), count, "{query}");
    }
    for (query, field) in [("?status=x", "status"), ("?limit=-1", "limit"), ("?since=x", "since"), ("?colour=red", "colour")] {
        let answer = azure.control(Method::GET, &format!("requests{query}"), &json!({})).await;
        assert_eq!(answer.has_status(400).json()["error"]["target"], field, "{query}");
    }
    azure.control(Method::DELETE, "requests", &json!({})).await.has_status(204);
    assert_eq!(journal(&azure, "").await.len(), 0);
    let gone = azure.control(Method::GET, &format!("requests?since={first}"), &json!({})).await;
    assert_eq!(gone.is_refused(400, "NoSuchEntry").json()["error"]["target"], "since");
    azure.control(Method::GET, &format!("requests/{first}"), &json!({})).await.is_refused(404, "NoSuchEntry");
}

#[tokio::test]
async fn what_was_asked_is_verified_and_what_came_nearest_is_shown() {
    let azure = Azure::start().await;
    azure.owner().put(&factory(RG_SHARED, "journal-v"), factory_with_identity()).await.has_status(200);
    azure.caller("reader").get(&factory(RG_SHARED, "journal-v")).await.has_status(200);
    let verify = async |body: Value| azure.control(Method::POST, "requests/verify", &body).await;
    for (expected, is_ok) in [
        (json!({ "match": { "method": "PUT", "path": "*/factories/journal-v" }, "exactly": 1 }), true),
        (json!({ "match": {}, "atLeast": 2 }), true),
        (json!({ "match": { "status": 403 }, "never": true }), true),
        (json!({ "match": { "caller": "reader", "method": "PUT" }, "atLeast": 1 }), false),
    ] {
        assert_eq!(verify(expected.clone()).await.has_status(200).json()["ok"], is_ok, "{expected}");
    }
    let missed = verify(json!({ "match": { "caller": "reader", "method": "GET", "status": 403 }, "exactly": 1 })).await.json();
    assert_eq!((&missed["ok"], &missed["count"], missed["nearest"].as_array().unwrap().len()), (&json!(false), &json!(0), 2));
    assert_eq!(missed["nearest"][0]["differsIn"], json!([{ "field": "status", "wanted": 403, "was": 200 }]));
    for expected in [json!({ "match": { "caller": "reader" }, "never": true }), json!({ "match": { "caller": "reader" }, "exactly": 0 })] {
        let exceeded = verify(expected).await.json();
        let shown = exceeded["nearest"].as_array().unwrap();
        assert_eq!((&exceeded["ok"], shown.len()), (&json!(false), 1), "of too many the one that is");
        assert_eq!((&shown[0]["method"], &shown[0]["differsIn"]), (&json!("GET"), &json!([])));
    }
    for (body, field) in [
        (json!({ "exactly": 1 }), "match"),
        (json!({ "match": { "verb": "GET" }, "exactly": 1 }), "match.verb"),
        (json!({ "match": {} }), "exactly"),
        (json!({ "match": {}, "exactly": 1, "never": true }), "exactly"),
        (json!({ "match": {}, "never": false }), "never"),
        (json!({ "match": {}, "atLeast": -1 }), "atLeast"),
        (json!({ "match": {}, "atLeast": 1, "colour": "red" }), "colour"),
    ] {
        assert_eq!(verify(body.clone()).await.has_status(400).json()["error"]["target"], field, "{body}");
    }
}

#[tokio::test]
async fn a_request_is_waited_for() {
    let azure = Azure::start().await;
    let wait = json!({ "match": { "operation": "Factories_CreateOrUpdate" }, "timeoutSeconds": 30 });
    let waits = azure.control(Method::POST, "requests/wait", &wait);
    let writes = async {
        azure.owner().put(&factory(RG_SHARED, "journal-w"), factory_with_identity()).await.has_status(200);
    };
    let (waited, ()) = tokio::join!(waits, writes);
    assert_eq!(waited.has_status(200).json()["value"][0]["operation"], "Factories_CreateOrUpdate");
    // What is there already is not waited for, and what does not come is not waited for in vain.
    azure.control(Method::POST, "requests/wait", &wait).await.has_status(200);
    let twice = json!({ "match": { "operation": "Factories_CreateOrUpdate" }, "count": 2, "timeoutSeconds": 0 });
    azure.control(Method::POST, "requests/wait", &twice).await.is_refused(408, "RequestTimeout");
    for (body, field) in [(json!({ "match": {}, "timeoutSeconds": 61 }), "timeoutSeconds"), (json!({ "match": {}, "count": "1" }), "count")]
    {
        let answer = azure.control(Method::POST, "requests/wait", &body).await;
        assert_eq!(answer.has_status(400).json()["error"]["target"], field, "{body}");
    }
    azure.control(Method::GET, "requests/wait", &json!({})).await.has_status(405);
}

#[tokio::test]
async fn signing_in_shows_no_secret_and_a_reset_forgets() {
    let azure = Azure::start().await;
    let token = azure.sign_in(1, "owner-secret", "https://management.azure.com/.default").await;
    let id = journal(&azure, "?operation=Token").await[0]["id"].as_str().unwrap().to_owned();
    let whole = azure.control(Method::GET, &format!("requests/{id}"), &json!({})).await.text().to_owned();
    assert!(!whole.contains("owner-secret") && !whole.contains(&token) && whole.contains("client_secret=***"), "{whole}");
    azure.control(Method::POST, "reset", &json!({})).await.has_status(204);
    assert_eq!(journal(&azure, "").await.len(), 0);
}

#[tokio::test]
async fn an_entry_says_through_which_group_it_was_allowed_and_what_else_was_asked() {
    let azure = Azure::start().await;
    let engineers = "66666666-6666-6666-6666-000000000001";
    let assignment = role_assignment(RG_SHARED, 1);
    // Ada is Owner of the subscription herself; only what the group holds is left to her.
    let held = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments?$filter=principalId eq '{ADA}'");
    let own = azure.owner().get(&held).await.json()["value"][0]["id"].as_str().unwrap().to_owned();
    azure.owner().put(&assignment, grant(CONTRIBUTOR, engineers)).await.has_status(201);
    azure.owner().delete(&own).await.has_status(200);
    azure.caller("ada").put(&factory(RG_SHARED, "journal-g1"), factory_with_identity()).await.has_status(200);
    // What was true then is told, also when it is no more.
    azure.owner().delete(&assignment).await.has_status(200);
    let entry = &journal(&azure, "?caller=ada").await[0];
    let name = assignment.rsplit('/').next().unwrap();
    let because = format!("Contributor allows '*', assigned to the group 'engineers' at '{RG_SHARED}' (role assignment {name})");
    assert_eq!(entry["decision"]["because"], because);

    let (shared, linked) = azure.shared_and_linked().await;
    let entries = journal(&azure, "?operation=IntegrationRuntimes_CreateOrUpdate").await;
    let entry = entries.iter().find(|it| it["url"].as_str().unwrap().contains(&linked)).unwrap();
    let of_identity = &entry["linkedDecisions"][0];
    assert_eq!(of_identity["allowed"], true);
    assert!(of_identity["scope"].as_str().unwrap().eq_ignore_ascii_case(&shared), "{entry}");
    assert_ne!(of_identity["principal"], entry["caller"]);
}

#[tokio::test]
async fn a_refusal_of_a_linked_right_explains_that_right() {
    let azure = Azure::start().await;
    let (shared, linking, identity) = azure.two_factories().await;
    let linked = format!("{linking}/integrationRuntimes/linked");
    azure.owner().put(&linked, linked_to(&shared)).await.is_refused(401, "UnauthorizedIntegrationRuntimeAccess");
    let entry = &journal(&azure, "?rule=link-needs-grant").await[0];
    let action = "Microsoft.DataFactory/factories/integrationruntimes/linkedIntegrationRuntime/action";
    let see = format!("adf-emulator explain --url {} --principal {identity} --action {action} --scope {shared}", azure.url());
    assert!(entry["see"].as_str().unwrap().eq_ignore_ascii_case(&see), "{entry}");
    assert_eq!(entry["reason"], "the caller holds no role");
}

#[tokio::test]
async fn a_name_that_nothing_has_is_refused_with_those_that_are_near() {
    let azure = Azure::start().await;
    for (field, name, near) in [
        ("operation", "Factories_Gett", "'Factories_Get'"),
        ("operation", "Tokn", "'Token'"),
        ("rule", "four-node", "'four-nodes'"),
        ("method", "GTE", ""),
    ] {
        for path in ["requests/verify", "requests/wait", "faults"] {
            let mut asked = json!({ "match": { field: name } });
            match path {
                "requests/verify" => asked["never"] = true.into(),
                "faults" => asked["answer"] = json!({ "status": 503 }),
                _ => {}
            }
            if path == "faults" && field == "rule" {
                continue;
            }
            let refused = azure.control(Method::POST, path, &asked).await.has_status(400).json();
            let message = refused["error"]["message"].as_str().unwrap();
            assert_eq!(
                (&refused["error"]["code"], &refused["error"]["target"]),
                (&json!("InvalidField"), &json!(format!("match.{field}")))
            );
            assert!(message.contains(&format!("There is no {field} '{name}'")) && message.contains(near), "{message}");
        }
    }
    azure.fetch("/_emulator/requests?operation=Factories_Gett").await.has_status(400);
    azure.fetch("/_emulator/requests?operation=factories_get&rule=FOUR-NODES").await.has_status(200);
    let verified = azure.control(Method::POST, "requests/verify", &json!({ "match": { "caller": "readr" }, "never": true })).await;
    assert_eq!(verified.has_status(200).json()["note"], "Nobody in this world is called 'readr'.");
    let unknown = azure.control(Method::POST, "requests/verify", &json!({ "match": { "colour": "red" }, "never": true })).await;
    unknown.is_refused(400, "UnknownField");
}

#[tokio::test]
async fn every_operation_that_the_journal_names_can_be_asked_for() {
    let azure = Azure::start().await;
    let tenant = "11111111-1111-1111-1111-111111111111";
    for path in [
        "/metadata/endpoints",
        "/metadata/identity/oauth2/token",
        "/msi/token",
        "/error",
        "/devicelogin",
        "/common/discovery/instance",
        &format!("/{tenant}/v2.0/.well-known/openid-configuration"),
        &format!("/{tenant}/discovery/v2.0/keys"),
        "/common/userrealm/ada@contoso.onmicrosoft.com",
        &format!("/{tenant}/oauth2/v2.0/authorize"),
        &format!("/{tenant}/oauth2/logout"),
        "/common/oauth2/nativeclient",
        &format!("/{tenant}/oauth2/token"),
        &format!("/{tenant}/oauth2/devicecode"),
        &format!("/{tenant}/saml2"),
        "/graph/v1.0/users",
        "/graph/v1.0/nothing",
        "/graph/v1.0/me",
        "/nothing",
    ] {
        azure.fetch_as("reader", path).await;
        let entries = azure.fetch("/_emulator/requests").await.json();
        let entry = entries["value"].as_array().unwrap().last().unwrap().clone();
        let name = entry["operation"].as_str().unwrap();
        let found = azure.fetch(&format!("/_emulator/requests?operation={name}")).await.has_status(200).json();
        assert!(found["value"].as_array().unwrap().contains(&entry), "{path}: {name}");
    }
}
