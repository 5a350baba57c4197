//! Mistakes in a world file: each is named with its place and its remedy, and no world is made.
//!
//! Files that are right, and what an export of them says, are the business of the properties.

use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world_file::{self, WorldText};
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";

/// A world of one subscription with a group, a factory and an owner; `more` is added to its lists.
fn world_with(more: &Value) -> String {
    let mut world = json!({
        "tenants": [{
            "principals": [{ "name": "ada", "type": "User" }],
            "subscriptions": [{ "id": "22222222-2222-2222-2222-222222222222" }],
        }],
        "resources": [
            { "id": format!("{SUBSCRIPTION}/resourceGroups/rg1"), "body": { "location": "eastus" } },
            { "id": format!("{SUBSCRIPTION}/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/factory1"), "body": { "location": "eastus" } },
        ],
        "roleAssignments": [{ "principal": "ada", "role": "Owner", "scope": SUBSCRIPTION }],
        "roleManagementPolicies": [],
        "nodes": [],
    });
    for (name, entries) in more.as_object().unwrap() {
        world[name].as_array_mut().unwrap().extend(entries.as_array().unwrap().iter().cloned());
    }
    world.to_string()
}

fn problem_of(texts: &[&str]) -> Option<String> {
    let texts: Vec<_> = texts.iter().map(|text| WorldText { name: "w.json", text }).collect();
    world_file::read(&texts, Timestamp::default()).err().map(|problem| problem.to_string())
}

#[track_caller]
fn is_refused(more: &Value, problem: &str) {
    assert_eq!(problem_of(&[&world_with(more)]), Some(format!("world file 'w.json': {problem}")));
}

#[test]
fn the_world_without_a_mistake_is_read() {
    assert_eq!(problem_of(&[&world_with(&json!({}))]), None);
}

#[test]
fn an_id_stands_once_whatever_its_case() {
    let factory = format!("{SUBSCRIPTION}/RESOURCEGROUPS/rg1/providers/Microsoft.DataFactory/factories/Factory1/");
    is_refused(
        &json!({ "resources": [{ "id": factory, "body": { "location": "eastus" } }] }),
        &format!("resources[2].id: '{factory}' is there twice; merge the two entries"),
    );
    is_refused(
        &json!({ "roleAssignments": [{ "principal": "ada", "role": "Owner", "scope": SUBSCRIPTION }] }),
        &format!("roleAssignments[1]: '/ada/Owner{SUBSCRIPTION}' is there twice; merge the two entries"),
    );
    let policy = |role: &str| json!({ "role": role, "scope": SUBSCRIPTION, "rules": [{ "id": "Expiration_Admin_Assignment", "maximumDuration": "P10D" }] });
    let owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    is_refused(
        &json!({ "roleManagementPolicies": [policy("Owner"), policy("Reader"), policy(owner)] }),
        &format!("roleManagementPolicies[2]: the policy of '{owner}' at '{SUBSCRIPTION}' is there twice; merge the two entries"),
    );
    let named =
        |role: &str| json!({ "principal": "ada", "role": role, "scope": SUBSCRIPTION, "name": "6558f9a7-689c-41d3-93bd-3281fbe3d26f" });
    is_refused(
        &json!({ "roleAssignments": [named("Reader"), named("Contributor")] }),
        "roleAssignments[2].name: '6558f9a7-689c-41d3-93bd-3281fbe3d26f' is there twice; merge the two entries",
    );
    let runtime = format!("{SUBSCRIPTION}/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/factory1/integrationRuntimes/ir1");
    let node = |name: &str| json!({ "runtime": runtime, "nodeName": name });
    is_refused(
        &json!({
            "resources": [{ "id": runtime, "body": { "properties": { "type": "SelfHosted" } } }],
            "nodes": [node("node1"), node("Node1")],
        }),
        &format!("nodes[1].nodeName: '{runtime}/nodes/Node1' is there twice; merge the two entries"),
    );
}

#[test]
fn an_id_stands_once_over_all_files() {
    let group = json!({ "resources": [{ "id": format!("{SUBSCRIPTION}/resourceGroups/rg1"), "body": { "location": "eastus" } }] });
    let problem = problem_of(&[&world_with(&json!({})), &group.to_string()]);
    let says = format!("world file 'w.json': resources[0].id: '{SUBSCRIPTION}/resourceGroups/rg1' is there twice; merge the two entries");
    assert_eq!(problem, Some(says));
}

#[test]
fn who_signs_in_by_itself_is_a_user() {
    let world = |name: &str| {
        json!({ "settings": { "signInAs": name }, "tenants": [{ "principals": [
            { "name": "ada", "type": "User" }, { "name": "app", "type": "ServicePrincipal" }] }] })
        .to_string()
    };
    assert_eq!(problem_of(&[&world("ada")]), None);
    for name in ["app", "nobody"] {
        let says = format!("world file 'w.json': settings.signInAs: '{name}' is no user of this world; name one, or give an object id");
        assert_eq!(problem_of(&[&world(name)]), Some(says));
    }
}

#[test]
fn a_principals_name_is_not_empty_and_is_one_principals_alone() {
    let named = |names: &[&str]| {
        let principals: Vec<_> = names.iter().map(|name| json!({ "name": name, "type": "ServicePrincipal" })).collect();
        json!({ "tenants": [{ "id": "11111111-1111-1111-1111-111111111112", "principals": principals }] })
    };
    assert_eq!(problem_of(&[&world_with(&named(&["a.b", "ada@contoso.onmicrosoft.com"]))]), None);
    for (names, at, problem) in [
        (&[" "] as &[&str], 0, "it is empty; write a name, or leave it out"),
        (&["bob", "bob"], 1, "the name 'bob' is there twice; a principal's name is unique over all tenants"),
        (&["ada"], 0, "the name 'ada' is there twice; a principal's name is unique over all tenants"),
    ] {
        is_refused(&named(names), &format!("tenants[1].principals[{at}].name: {problem}"));
    }
}

#[test]
fn a_certificate_is_pem() {
    let pem = "-----BEGIN CERTIFICATE-----\nTUlJ\n-----END CERTIFICATE-----\n";
    let with = |second: &str| {
        let principal = json!({ "name": "app", "type": "ServicePrincipal", "certificates": [pem, second] });
        json!({ "tenants": [{ "id": "11111111-1111-1111-1111-111111111112", "principals": [principal] }] })
    };
    assert_eq!(problem_of(&[&world_with(&with(&format!("Bag Attributes\n{pem}")))]), None);
    for wrong in ["x", "", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", &pem.replace("TUlJ", "?")] {
        let problem = "it is no certificate; write one as PEM, from '-----BEGIN CERTIFICATE-----' on";
        is_refused(&with(wrong), &format!("tenants[1].principals[0].certificates[1]: {problem}"));
    }
}

#[test]
fn an_answer_is_sent_to_an_address_that_is_no_script() {
    let world = |uri: &str| {
        json!({ "tenants": [{ "principals": [{ "name": "app", "type": "ServicePrincipal", "redirectUris": ["https://app.example/", uri] }] }] })
            .to_string()
    };
    assert_eq!(problem_of(&[&world("com.example.app://back?a=b")]), None);
    for uri in ["app.example", "javascript://x/%0aalert(1)", "https://app.example/#a", "https://app.example/ a", "://x", "https://"] {
        let says = format!(
            "world file 'w.json': tenants[0].principals[0].redirectUris[1]: '{uri}' is no redirect URI; write one such as \
             https://app.example/signin-oidc"
        );
        assert_eq!(problem_of(&[&world(uri)]), Some(says));
    }
}

#[test]
fn a_role_is_assigned_in_a_subscription_of_the_world() {
    is_refused(
        &json!({ "roleAssignments": [{ "principal": "ada", "role": "Reader", "scope": "/subscriptions/22222222-2222-2222-2222-22222222222f" }] }),
        "roleAssignments[1].scope: there is no subscription '22222222-2222-2222-2222-22222222222f'; add it to a tenant",
    );
}

#[test]
fn a_counter_and_a_clock_have_an_end() {
    let with = |name: &str, value: Value| {
        let mut world: Value = serde_json::from_str(&world_with(&json!({}))).unwrap();
        world[name] = value;
        problem_of(&[&world.to_string()])
    };
    assert_eq!(with("state", json!({ "idCounter": (1_u64 << 53) - 1 })), None);
    assert_eq!(
        with("state", json!({ "idCounter": u64::MAX })).unwrap(),
        "world file 'w.json': state.idCounter: 18446744073709551615 is too large; at most 9007199254740991 is taken"
    );
    let out =
        |at: &str, text: &str| Some(format!("world file 'w.json': {at}: '{text}' leads out of time; the clock shows the years 1 to 9998"));
    for (member, right, early, late) in [
        ("frozenAt", "9998-12-31T23:59:59Z", "-000001-12-31T00:00:00Z", "9999-01-01T00:00:00Z"),
        ("offset", "PT1H", "-P800000D", "P2932533D"),
    ] {
        assert_eq!(with("clock", json!({ member: right })), None);
        for wrong in [early, late] {
            assert_eq!(with("clock", json!({ member: wrong })), out(&format!("clock.{member}"), wrong));
        }
    }
    assert_eq!(with("state", json!({ "idCounter": 0, "now": "9999-06-01T00:00:00Z" })), out("state.now", "9999-06-01T00:00:00Z"));
}
