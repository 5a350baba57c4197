//! The evaluator and its slow twin give the same answers.
//!
//! The twin is as slow and plain as can be: see `tests/matrix/slow_twin.rs`.

use crate::slow_twin;
use adf_emulator_core::action::{Pattern, Plane};
use adf_emulator_core::authorization::condition::{Attributes, Circumstances, Condition};
use adf_emulator_core::authorization::deny_assignment::{self, DenyAssignmentParameters};
use adf_emulator_core::authorization::evaluate::{Grant, Question, is_allowed};
use adf_emulator_core::authorization::role_assignment::{self, RoleAssignmentCreateParameters};
use adf_emulator_core::authorization::{built_in_roles, require};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::World;
use adf_emulator_core::world_file::{self, WorldText};
use proptest::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use uuid::Uuid;

static ROLES: LazyLock<BTreeMap<String, Vec<slow_twin::Permission>>> =
    LazyLock::new(|| slow_twin::roles_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/roles")));

/// A condition as people write them, and worse.
fn a_condition() -> impl Strategy<Value = String> {
    let guard = prop::sample::select(vec![
        "ActionMatches{'Microsoft.Authorization/roleAssignments/write'}",
        "actionmatches {'microsoft.authorization/*'}",
        "ActionMatches{ 'Microsoft.DataFactory/factories/read' }",
        "@Resource[HasObotoken] boolequals true",
        "@Request[a/b:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{acdd72a7338548efbd42f606fba81ae7}",
        "Exists @Principal[a:b c]",
        "@Resource[a] StringEquals 'x (and) y'",
        "SubOperationMatches{'Blob.List'}",
    ]);
    guard.prop_map(str::to_owned).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|term| format!("!({term})")),
            inner.clone().prop_map(|term| format!("NOT {term}")),
            inner.clone().prop_map(|term| format!("({term})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) OR ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})\n&& {b}")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{a} || {b}")),
        ]
    })
}

fn an_action() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("Microsoft.Authorization/roleAssignments/WRITE".to_owned()),
        Just("microsoft.authorization/roleAssignments/delete".to_owned()),
        Just("Microsoft.DataFactory/factories/read".to_owned()),
        Just("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read".to_owned()),
        "Microsoft.(Authorization|Resources|DataFactory|Insights)/[a-z]{1,9}(/[a-zA-Z]{1,9})?/(read|write|delete|action)",
    ]
}

proptest! {
    #[test]
    fn every_built_in_role_allows_what_its_slow_twin_does(
        role in prop::sample::select(built_in_roles::all()),
        action in an_action(),
        is_data_action: bool,
        condition in prop::option::of(a_condition()),
    ) {
        let held = condition.clone().map(|text| Condition::new(text, "2.0".into()));
        let plane = if is_data_action { Plane::Data } else { Plane::Control };
        let grant = Grant { permissions: &role.permissions, condition: held.as_ref() };
        let fast = is_allowed(Question::new(&action, plane, Timestamp::default()), [grant]);
        let slow = slow_twin::holds(&condition, &action)
            && ROLES[&role.role_name.to_lowercase()].iter().any(|it| slow_twin::permission_allows(it, &action, is_data_action));
        prop_assert_eq!(fast, slow);
    }

    #[test]
    fn a_condition_is_met_exactly_when_its_slow_twin_is(condition in a_condition(), action in an_action()) {
        let fast = Condition::new(condition.clone(), "2.0".into()).is_met(&action, Circumstances { attributes: Attributes::NONE, now: Timestamp::default() });
        prop_assert_eq!(fast, slow_twin::holds(&Some(condition), &action));
    }

    #[test]
    fn a_pattern_matches_exactly_when_its_slow_twin_does(pattern in "[aAb/*]{0,8}", action in "[aBb/]{0,10}") {
        prop_assert_eq!(Pattern::new(&pattern).matches(&action), slow_twin::matches(&pattern, &action));
    }
}

const SUBSCRIPTION: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";

/// Scopes that are easily taken for one another.
fn a_scope() -> impl Strategy<Value = String> {
    let below = prop::sample::select(vec![
        "",
        "/resourceGroups/rg1",
        "/resourcegroups/RG1",
        "/resourceGroups/rg10",
        "/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/f",
        "/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/F/integrationRuntimes/ir",
        "/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/f2",
        "/providers/Microsoft.DataFactory/factories/f",
    ]);
    prop_oneof![1 => Just("/".to_owned()), 12 => below.prop_map(|below| format!("{SUBSCRIPTION}{below}"))]
}

/// A few principals, each a number; those from 10 on are groups.
fn an_assignment() -> impl Strategy<Value = (u128, String, String, Option<String>)> {
    let role = prop::sample::select(vec![
        "Owner",
        "Contributor",
        "Reader",
        "User Access Administrator",
        "Data Factory Contributor",
        "Key Vault Data Access Administrator",
        "Azure Sphere Owner",
    ]);
    let holder = prop_oneof![1u128..4, 10u128..15];
    (holder, role.prop_map(str::to_owned), a_scope(), prop::option::weighted(0.2, a_condition()))
}

/// A deny assignment of Azure's own, which may have all that there is: principals (0 is everyone), excluded ones, the
/// pattern denied and the one taken out, the scope, whether scopes below are left alone.
type Denied = (Vec<u128>, Vec<u128>, String, String, String, bool);

fn a_denial() -> impl Strategy<Value = Denied> {
    let principals = || prop_oneof![1 => Just(0u128), 3 => 1u128..4, 3 => 10u128..15];
    let pattern = || prop::sample::select(vec!["*", "*/read", "Microsoft.Authorization/*/write", "Microsoft.DataFactory/*", "*/delete"]);
    let lists = (prop::collection::vec(principals(), 1..3), prop::collection::vec(principals(), 0..2));
    (lists, pattern(), pattern(), a_scope(), any::<bool>()).prop_map(|((principals, excluded), action, not_action, scope, only_there)| {
        (principals, excluded, action.to_owned(), not_action.to_owned(), scope, only_there)
    })
}

#[derive(Clone, Debug)]
struct Facts {
    /// Pairs of group and member.
    members: Vec<(u128, u128)>,
    assignments: Vec<(u128, String, String, Option<String>)>,
    denials: Vec<Denied>,
}

fn some_facts() -> impl Strategy<Value = Facts> {
    let members = prop::collection::vec((10u128..15, prop_oneof![1u128..4, 10u128..15]), 0..8);
    let assignments = prop::collection::vec(an_assignment(), 0..12);
    let denials = prop::collection::vec(a_denial(), 0..3);
    (members, assignments, denials).prop_map(|(members, assignments, denials)| Facts { members, assignments, denials })
}

fn world_of(facts: &Facts) -> World {
    let applications = (1..4).map(|id| json!({ "name": format!("p{id}"), "type": "ServicePrincipal", "objectId": Uuid::from_u128(id) }));
    let groups = (10..15).map(|id| {
        let members = facts.members.iter().filter(|(group, _)| *group == id).map(|(_, member)| format!("p{member}"));
        json!({ "name": format!("p{id}"), "type": "Group", "objectId": Uuid::from_u128(id), "members": members.collect::<Vec<_>>() })
    });
    let groups_of_resources =
        ["rg1", "rg10"].map(|name| json!({ "id": format!("{SUBSCRIPTION}/resourceGroups/{name}"), "body": { "location": "eastus" } }));
    let file = json!({
        "tenants": [{
            "id": Uuid::from_u128(0x11),
            "principals": applications.chain(groups).collect::<Vec<_>>(),
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }],
        }],
        "resources": groups_of_resources,
    });
    let text = file.to_string();
    let mut world = world_file::read(&[WorldText { name: "facts", text: &text }], Timestamp::default()).unwrap().world;
    for (place, (principal, role, scope, condition)) in facts.assignments.iter().enumerate() {
        let role = built_in_roles::by_name(role).unwrap().id;
        let asked = RoleAssignmentCreateParameters {
            role_definition_id: format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            principal_id: Uuid::from_u128(*principal).to_string(),
            condition: condition.clone(),
            ..Default::default()
        };
        let name = Uuid::from_u128(place as u128).to_string();
        // A second assignment of the same role to the same principal at the same scope is refused, and so are
        // conditions that no one can read; they say nothing here.
        drop(role_assignment::put(&mut world, &ResourceId::parse(scope).unwrap(), &name, asked, None));
    }
    for (place, denied) in facts.denials.iter().enumerate() {
        let asked = DenyAssignmentParameters::read(denial(place, denied).as_object().unwrap()).unwrap();
        deny_assignment::put(&mut world, &ResourceId::parse(&denied.4).unwrap(), &Uuid::from_u128(place as u128).to_string(), asked, None)
            .unwrap();
    }
    world
}

fn denial(place: usize, (principals, excluded, action, not_action, _, only_there): &Denied) -> serde_json::Value {
    let named = |list: &[u128]| list.iter().map(|id| json!({ "id": Uuid::from_u128(*id) })).collect::<Vec<_>>();
    json!({ "properties": { "denyAssignmentName": format!("d{place}"), "isSystemProtected": true, "doNotApplyToChildScopes": only_there,
        "permissions": [{ "actions": [action], "notActions": [not_action] }], "principals": named(principals),
        "excludePrincipals": named(excluded) } })
}

/// The facts as the world has them, which may lack refused assignments.
fn facts_of(world: &World, facts: &Facts) -> slow_twin::Facts {
    let assignment = |it: &Arc<role_assignment::RoleAssignment>| slow_twin::Assignment {
        principal: it.principal_id.to_string(),
        role: built_in_roles::by_id(it.role).unwrap().role_name.to_string(),
        scope: it.scope.to_string(),
        condition: it.condition.as_ref().map(|condition| condition.text.to_string()),
    };
    let named = |id: u128| Uuid::from_u128(id).to_string();
    slow_twin::Facts {
        roles: ROLES.clone(),
        members: facts.members.iter().map(|(group, member)| (named(*group), named(*member))).collect(),
        assignments: world.role_assignments.iter().map(assignment).collect(),
        denials: facts
            .denials
            .iter()
            .map(|(principals, excluded, action, not_action, scope, only_there)| slow_twin::Denial {
                principals: principals.iter().map(|id| named(*id)).collect(),
                excluded: excluded.iter().map(|id| named(*id)).collect(),
                action: action.clone(),
                not_action: not_action.clone(),
                scope: scope.clone(),
                only_there: *only_there,
            })
            .collect(),
    }
}

proptest! {
    #[test]
    fn a_world_decides_as_its_slow_twin_does(facts in some_facts(), action in an_action(), scope in a_scope(), principal in 1u128..4) {
        let world = world_of(&facts);
        let id = Uuid::from_u128(principal);
        let target = ResourceId::parse(&scope).unwrap();
        let fast = require::is_allowed(&world, id, &action, &target);
        let slow = facts_of(&world, &facts).allow(&id.to_string(), &action, &scope, false);
        prop_assert_eq!(fast, slow);
        let explanation = require::explain(&world, id, Question::new(&action, Plane::Control, world.now), &target);
        prop_assert_eq!(explanation.allowed, fast);
        prop_assert_eq!(require::require(&world, id, &action, &target).is_ok(), fast);
    }

    #[test]
    fn one_more_assignment_never_takes_access_away(
        facts in some_facts(), more in an_assignment(), action in an_action(), scope in a_scope(), principal in 1u128..4,
    ) {
        let may = |world: &World| {
            require::is_allowed(world, Uuid::from_u128(principal), &action, &ResourceId::parse(&scope).unwrap())
        };
        let before = may(&world_of(&facts));
        let mut facts = facts;
        facts.assignments.push(more);
        prop_assert!(!before || may(&world_of(&facts)));
    }

    #[test]
    fn one_more_deny_assignment_never_gives_access(
        facts in some_facts(), more in a_denial(), action in an_action(), scope in a_scope(), principal in 1u128..4,
    ) {
        let may = |world: &World| {
            require::is_allowed(world, Uuid::from_u128(principal), &action, &ResourceId::parse(&scope).unwrap())
        };
        let before = may(&world_of(&facts));
        let mut facts = facts;
        facts.denials.push(more);
        prop_assert!(before || !may(&world_of(&facts)));
    }

    #[test]
    fn without_deny_assignments_access_at_a_scope_is_access_below_it(
        facts in some_facts(), action in an_action(), upper in a_scope(), lower in a_scope(), principal in 1u128..4,
    ) {
        let world = world_of(&Facts { denials: Vec::new(), ..facts });
        let may = |scope: &str| require::is_allowed(&world, Uuid::from_u128(principal), &action, &ResourceId::parse(scope).unwrap());
        prop_assert!(!slow_twin::is_at_or_above(&upper, &lower) || !may(&upper) || may(&lower));
    }
}
