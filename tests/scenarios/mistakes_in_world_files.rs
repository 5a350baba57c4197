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

/// What is wrong with a world of one tenant that has these members.
#[track_caller]
fn tenant_is_refused(members: &Value, problem: &str) {
    let mut tenant = json!({ "subscriptions": [{ "id": "22222222-2222-2222-2222-222222222222" }] });
    tenant.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let file = json!({ "tenants": [tenant] }).to_string();
    assert_eq!(problem_of(&[&file]), Some(format!("world file 'w.json': tenants[0].{problem}")));
}

#[test]
fn a_member_of_another_type_is_not_dropped() {
    let group = |members: Value| json!({ "managementGroups": [members] });
    tenant_is_refused(&group(json!({ "name": "mg", "displayName": 5 })), "managementGroups[0].displayName: give a text");
    tenant_is_refused(&group(json!({ "name": "mg", "state": 5 })), "managementGroups[0].state: give an object");
    let unknown = |member: &str| format!("The member '{member}' of state is not known here, or its value is not of the right form.");
    for (state, member) in [
        (json!({ "version": "2" }), "version"),
        (json!({ "updatedTime": "soon" }), "updatedTime"),
        (json!({ "updatedBy": 5 }), "updatedBy"),
        (json!({ "madeBy": 5 }), "madeBy"),
    ] {
        tenant_is_refused(&group(json!({ "name": "mg", "state": state })), &format!("managementGroups[0].state: {}", unknown(member)));
    }
    let remedy = "(Take the member out of state, or correct it.)";
    let state = |at: &str, member: &str| format!("{at}: InvalidWorldFile {} {remedy}", unknown(member));
    tenant_is_refused(&json!({ "state": { "a": 1 } }), &state("state", "a"));
    let registered = |value: Value| {
        let state = json!({ "registrations": { "Microsoft.DataFactory": value } });
        json!({ "subscriptions": [{ "id": "22222222-2222-2222-2222-222222222222", "state": state }] })
    };
    tenant_is_refused(&registered(json!(true)), &state("subscriptions[0].state", "registrations"));
    tenant_is_refused(&registered(json!({ "registered": "yes" })), &state("subscriptions[0].state", "registered"));
    let credential = json!({ "issuer": 5, "subject": "s", "audiences": ["a"] });
    let principal = json!({ "principals": [{ "name": "app", "type": "ServicePrincipal", "federatedCredentials": [credential] }] });
    let says = "principals[0].federatedCredentials[0]: The request content was invalid and could not be deserialized: 'The property 'issuer' \
                has to be a string.'.";
    tenant_is_refused(&principal, says);
    let assigned =
        |state: Value| json!({ "roleAssignments": [{ "principal": "ada", "role": "Reader", "scope": SUBSCRIPTION, "state": state }] });
    for (value, member) in [
        (json!({ "createdOn": "soon" }), "createdOn"),
        (json!({ "createdBy": "ada" }), "createdBy"),
        (json!({ "canDelegate": "no" }), "canDelegate"),
        (json!({ "colour": "red" }), "colour"),
    ] {
        is_refused(&assigned(value), &state("roleAssignments[1]", member));
    }
    let lock = json!({ "id": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/locks/l"),
        "body": { "properties": { "level": "ReadOnly", "notes": 5 } } });
    let problem = problem_of(&[&world_with(&json!({ "resources": [lock] }))]).unwrap();
    assert!(problem.starts_with("world file 'w.json': resources[2]: InvalidRequestContent"), "{problem}");
    assert!(problem.contains("The property 'notes' has to be a string."), "{problem}");
}

#[test]
fn an_issuer_has_a_name_and_keys() {
    let problem = |issuer: Value| problem_of(&[&json!({ "issuers": [issuer] }).to_string()]);
    let keys = json!({ "keys": [{}] });
    assert_eq!(problem(json!({ "issuer": "https://token.example", "jwks": keys })), None);
    for (issuer, member) in [
        (json!({ "issuer": 5, "jwks": keys }), "issuers[0].issuer"),
        (json!({ "jwks": keys }), "issuers[0].issuer"),
        (json!({ "issuer": "https://token.example" }), "issuers[0].jwks"),
        (json!({ "issuer": "https://token.example", "jwks": [] }), "issuers[0].jwks"),
        (json!({ "issuer": "https://token.example", "jwks": { "keys": {} } }), "issuers[0].jwks.keys"),
    ] {
        let problem = problem(issuer).unwrap();
        assert!(problem.starts_with(&format!("world file 'w.json': {member}: ")), "{problem}");
    }
}

#[test]
fn a_role_has_one_policy_at_a_scope() {
    let policy = |role: &str, scope: &str| json!({ "role": role, "scope": scope, "rules": [] });
    let with = |policies: &[Value]| {
        let mut world: Value = serde_json::from_str(&world_with(&json!({}))).unwrap();
        world["roleManagementPolicies"] = policies.into();
        world.to_string()
    };
    let group = format!("{SUBSCRIPTION}/resourceGroups/rg1");
    assert_eq!(problem_of(&[&with(&[policy("Reader", SUBSCRIPTION), policy("Reader", &group), policy("Owner", &group)])]), None);
    let twice = [policy("Owner", &group), policy("Reader", &group), policy("ACDD72A7-3385-48EF-BD42-F606FBA81AE7", &group.to_uppercase())];
    let says = |at: &str, role: &str, scope: &str, other: &str| {
        let problem = format!("the policy of the role '{role}' at '{scope}' is in {other} too; merge the two entries");
        Some(format!("world file 'w.json': {at}: {problem}"))
    };
    let (last, role) = ("roleManagementPolicies[2]", "ACDD72A7-3385-48EF-BD42-F606FBA81AE7");
    assert_eq!(problem_of(&[&with(&twice)]), says(last, role, &group.to_uppercase(), "roleManagementPolicies[1]"));
    let more = json!({ "roleManagementPolicies": [policy("Owner", &group)] }).to_string();
    let problem = problem_of(&[&with(&twice[..1]), &more]);
    assert_eq!(problem, says("roleManagementPolicies[0]", "Owner", &group, "another file"));
}

#[test]
fn what_is_activated_is_an_eligibility_of_the_role() {
    const ELIGIBILITY: &str = "aaaaaaaa-0000-4000-8000-000000000001";
    let with = |role: &str, linked: &str| {
        let mut world: Value = serde_json::from_str(&world_with(&json!({}))).unwrap();
        let entry = |role: &str| json!({ "principal": "ada", "role": role, "scope": format!("{SUBSCRIPTION}/resourceGroups/rg1") });
        world["roleEligibilitySchedules"] = json!([entry("Reader")]);
        world["roleEligibilitySchedules"][0]["name"] = ELIGIBILITY.into();
        world["roleAssignmentSchedules"] = json!([entry(role)]);
        world["roleAssignmentSchedules"][0]["linkedRoleEligibilityScheduleId"] = linked.into();
        world.to_string()
    };
    assert_eq!(problem_of(&[&with("Reader", ELIGIBILITY)]), None);
    for (role, linked) in [("Reader", "aaaaaaaa-0000-4000-8000-000000000002"), ("Owner", ELIGIBILITY), ("Reader", "ada's")] {
        let problem = problem_of(&[&with(role, linked)]).unwrap();
        let says = format!(
            "world file 'w.json': roleAssignmentSchedules[0]: RoleAssignmentRequestPolicyValidationFailed There is no eligibility '{linked}' of the role."
        );
        assert!(problem.starts_with(&says), "{problem}");
    }
}

#[test]
fn a_misspelled_member_is_named() {
    let issuer = json!({ "issuers": [{ "issuer": "https://token.example", "isuer": "x", "jwks": { "keys": [] } }] });
    let problem = problem_of(&[&issuer.to_string()]).unwrap();
    assert_eq!(problem, "world file 'w.json': issuers[0].isuer: it is not known here; an issuer has 'issuer' and 'jwks'");
    let credential = json!({ "isuer": "https://token.example", "subject": "s", "audiences": ["a"] });
    let principal = json!({ "principals": [{ "name": "app", "type": "ServicePrincipal", "federatedCredentials": [credential] }] });
    let says = "principals[0].federatedCredentials[0]: The request content was invalid and could not be deserialized: 'The property 'isuer' is \
                not known.'.";
    tenant_is_refused(&principal, says);
}

#[test]
fn a_truth_value_is_true_or_false() {
    let group = |state: Value| {
        let mut world: Value = serde_json::from_str(&world_with(&json!({}))).unwrap();
        world["resources"][0]["state"] = state;
        problem_of(&[&world.to_string()])
    };
    assert_eq!(group(json!({ "deleting": false })), None);
    let problem = group(json!({ "deleting": "yes" })).unwrap();
    assert!(problem.contains("resources[0]: InvalidWorldFile The member 'deleting' of state is not known here"), "{problem}");
}
