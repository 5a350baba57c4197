//! A decision in a world with 1,000 and in one with 1,000,000 role assignments.
//!
//! A decision looks at what applies at one scope, so the two should cost the same. Besides: a write into the large
//! world, the first decision after it, and a list.

use super::{Figures, ratio};
use adf_emulator_core::authorization::require;
use adf_emulator_core::authorization::role_assignment::{self, RoleAssignmentCreateParameters};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::timestamp::Timestamp;
use adf_emulator_core::world::{Document, KINDS, ROLE_ASSIGNMENTS, World};
use adf_emulator_core::world_file::{self, WorldText};
use serde_json::{Value, json};
use std::hint::black_box;
use uuid::Uuid;

const DECISIONS: usize = 200_000;
/// Decisions that are measured as one, because a clock costs as much as a decision.
const AT_ONCE: u64 = 20;
/// Assignments of one principal in the large world, as in a directory of ordinary size.
const HELD_BY_ONE: usize = 3;
/// Reader, Monitoring Reader and, last, the one that allows: Contributor.
const ROLES: [&str; HELD_BY_ONE] =
    ["acdd72a7-3385-48ef-bd42-f606fba81ae7", "43d0d8ad-25c7-4714-9337-8ba259a9fe05", "b24988ac-6180-42a0-ab88-20f7382dd24c"];
const GROUPS: usize = 20;
/// What the last of the groups holds.
const USER_ACCESS_ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";

/// What is asked: what a role of the asker allows, what only the last of its groups does, and what nobody does.
const QUESTIONS: [(&str, &str, bool); 3] = [
    ("allowed by the last of 3", "Microsoft.DataFactory/factories/write", true),
    ("allowed by the last of 20 groups", "Microsoft.Authorization/roleAssignments/write", true),
    ("refused", "Microsoft.Blueprint/blueprintAssignments/write", false),
];

/// Members of the large group.
const MEMBERS: usize = 10_000;
const WRITES: usize = 2_000;
const LISTS: usize = 1_000;

/// Measures both worlds, turn about.
pub fn measure() {
    let small = world(1_000);
    let large = world(1_000_000);
    for (what, action, allowed) in QUESTIONS {
        let (mut of_small, mut of_large) = (Vec::new(), Vec::new());
        for _ in 0..4 {
            of_small.extend(decide(&small, action, allowed));
            of_large.extend(decide(&large, action, allowed));
        }
        let (of_small, of_large) = (Figures::from(of_small), Figures::from(of_large));
        of_small.print(&format!("{what}, 1,000 assignments"), "");
        let ratio = ratio(of_large.median(), of_small.median());
        of_large.print(&format!("{what}, 1,000,000 (at most 300 ns)"), &format!("{ratio} of the small world's (at most 2)"));
    }
    let (written, asked) = write(large.clone(), principal(1));
    written.print("an assignment written into 1,000,000 (at most 40 µs)", "");
    asked.print("the first decision after that (at most 3 µs)", "");
    let (written, asked) = write(large.clone(), large_group());
    written.print(&format!("the same, to a group of {MEMBERS} members (at most 40 µs)"), "");
    asked.print("the first decision after that", "");
    for (what, world) in [("1,000", &small), ("1,000,000", &large)] {
        let (listed, count) = list(world);
        listed.print(&format!("list of {count} at a resource group, {what} assignments"), "");
    }
}

fn subscription(number: usize) -> String {
    format!("22222222-2222-2222-2222-{number:012}")
}

fn principal(number: usize) -> Uuid {
    Uuid::from_u128(0x5555_5555_0000_0000_0000_0000_0000_0000 + number as u128)
}

/// A world with this many assignments over as many subscriptions as the limit of 4,000 in one asks for.
fn world(assignments: usize) -> World {
    let subscriptions: Vec<Value> = (0..assignments.div_ceil(2_000)).map(|number| json!({ "id": subscription(number) })).collect();
    let asker = json!({ "name": "asker", "type": "User", "objectId": principal(0) });
    let groups =
        (0..GROUPS).map(|number| json!({ "name": format!("g{number}"), "type": "Group", "objectId": group(number), "members": ["asker"] }));
    let members: Vec<Uuid> = (0..MEMBERS).map(|number| Uuid::from_u128(0x7777 << 64 | number as u128)).collect();
    let member = |id: &Uuid| json!({ "name": id.to_string(), "type": "ServicePrincipal", "objectId": id });
    let large = json!({ "name": "large", "type": "Group", "objectId": large_group(), "members": members });
    let principals: Vec<Value> = [asker, large].into_iter().chain(groups).chain(members.iter().map(member)).collect();
    let file = json!({ "tenants": [{ "principals": principals, "subscriptions": subscriptions }] }).to_string();
    let mut world = world_file::read(&[WorldText { name: "speed", text: &file }], Timestamp::from_seconds(1)).unwrap().world;
    let kind = KINDS.iter().find(|kind| kind.resource_type == ROLE_ASSIGNMENTS).unwrap();
    for number in 0..assignments {
        // The last is that of a group of the asker.
        let (role, holder, kind_of_holder, place) = match number + 1 == assignments {
            true => (USER_ACCESS_ADMINISTRATOR, group(GROUPS - 1), "Group", 0),
            false => (ROLES[number % HELD_BY_ONE], principal(number / HELD_BY_ONE), "User", number / 2_000),
        };
        let scope = format!("/subscriptions/{}", subscription(place));
        let body = json!({ "properties": { "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            "principalId": holder, "principalType": kind_of_holder } });
        let Value::Object(body) = body else { unreachable!() };
        let name = Uuid::from_u128(0xaaaa_0000_0000_4000_8000_0000_0000_0000 + number as u128).to_string();
        let id = ResourceId::parse(&scope).unwrap().at_scope(ROLE_ASSIGNMENTS, &name);
        (kind.seed)(&mut world, &id, &body, &Document::new()).unwrap();
    }
    world
}

fn group(number: usize) -> Uuid {
    Uuid::from_u128(0x8888 << 64 | number as u128)
}

fn large_group() -> Uuid {
    Uuid::from_u128(0x6666)
}

/// Writes assignments as a request does: into a copy of the world, which then takes its place. Returns what a write
/// took, the old world thrown away, and what the next decision took.
fn write(mut world: World, holder: Uuid) -> (Figures, Figures) {
    let (mut writes, mut decisions) = (Vec::new(), Vec::new());
    let asked = asked_about();
    for number in 0..WRITES {
        let scope = format!("/subscriptions/{}/providers/Microsoft.DataFactory/factories/f{number}", subscription(number % 400));
        let scope = ResourceId::parse(&scope).unwrap();
        let name = Uuid::from_u128(0xbbbb_0000_0000_4000_8000_0000_0000_0000 + number as u128).to_string();
        let parameters = RoleAssignmentCreateParameters {
            role_definition_id: format!("/providers/Microsoft.Authorization/roleDefinitions/{}", ROLES[0]),
            principal_id: holder.to_string(),
            principal_type: Some("User".to_owned()).filter(|_| holder != large_group()),
            ..RoleAssignmentCreateParameters::default()
        };
        let from = std::time::Instant::now();
        let mut draft = world.clone();
        role_assignment::put(&mut draft, &scope, &name, parameters, Some(principal(0))).unwrap();
        world = draft;
        writes.push(u64::try_from(from.elapsed().as_nanos()).unwrap());
        let from = std::time::Instant::now();
        black_box(require::is_allowed(black_box(&world), principal(0), "Microsoft.DataFactory/factories/write", black_box(&asked)));
        decisions.push(u64::try_from(from.elapsed().as_nanos()).unwrap());
    }
    (Figures::from(writes), Figures::from(decisions))
}

/// Lists what is at a resource group and above it.
fn list(world: &World) -> (Figures, usize) {
    let scope = ResourceId::parse(&format!("/subscriptions/{}/resourceGroups/rg1", subscription(0))).unwrap();
    let ask = || role_assignment::list(black_box(world), &scope, Some("atScope()"), Uuid::nil()).unwrap().len();
    let count = ask();
    let figures = Figures::of(LISTS, || {
        black_box(ask());
    });
    (figures, count)
}

fn asked_about() -> ResourceId {
    let scope = format!("/subscriptions/{}/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/f1", subscription(0));
    ResourceId::parse(&scope).unwrap()
}

fn decide(world: &World, action: &str, allowed: bool) -> Vec<u64> {
    let scope = asked_about();
    let ask = || require::is_allowed(black_box(world), principal(0), black_box(action), black_box(&scope));
    assert_eq!(ask(), allowed, "{action}");
    let mut all = Vec::with_capacity(DECISIONS);
    for _ in 0..DECISIONS / AT_ONCE as usize {
        let from = std::time::Instant::now();
        for _ in 0..AT_ONCE {
            black_box(ask());
        }
        all.push(u64::try_from(from.elapsed().as_nanos()).unwrap() / AT_ONCE);
    }
    all
}
