//! Random worlds, and questions about them, that decide one way about as often as the other.
//!
//! Names are chosen to be taken for one another (`rg1` and `rg10`), groups hold each other in circles, and case is
//! mixed wherever it does not count. One world in four has conditions that Cedar cannot say.

use crate::cedar;
use crate::chance::Chance;
use crate::condition::{ATTRIBUTES, Comparison, Condition, Kind, Literal, NEW_YEAR_2030, Quantifier, Relation, Values};
use crate::model::{Assignment, Deny, Holder, Permission, Question, Scope, World};

/// The first subscription of every world.
pub const FIRST: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";
/// The second.
pub const SECOND: &str = "/subscriptions/22222222-2222-2222-2222-222222222223";
const MANAGEMENT_GROUPS: &str = "/providers/Microsoft.Management/managementGroups";

const ACTIONS: [&str; 9] = [
    "Microsoft.DataFactory/factories/read",
    "Microsoft.DataFactory/factories/write",
    "Microsoft.DataFactory/factories/delete",
    "Microsoft.DataFactory/factories/integrationruntimes/read",
    "Microsoft.DataFactory/factories/integrationruntimes/write",
    "Microsoft.Authorization/roleAssignments/read",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Authorization/roleAssignments/delete",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
];
const DATA_ACTIONS: [&str; 3] = [
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
    "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/read",
];
const PATTERNS: [&str; 9] = [
    "*",
    "*/read",
    "*/write",
    "Microsoft.DataFactory/*",
    "Microsoft.DataFactory/*/read",
    "Microsoft.DataFactory/factories/*",
    "Microsoft.Authorization/*",
    "Microsoft.Authorization/roleAssignments/*",
    "Microsoft.Authorization/*/Write",
];
const DATA_PATTERNS: [&str; 3] = ["Microsoft.Storage/*/read", "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*", "*"];
const TEXTS: [&str; 6] = ["red", "redwood", "blue", "green", "bluegreen", "serviceprincipal"];
const GUIDS: [u128; 4] = [0xa1, 0xa2, 0xa3, 0xacdd_72a7_3385_48ef_bd42_f606_fba8_1ae7];

/// Returns a world.
pub fn world(chance: &mut Chance) -> World {
    let beyond_cedar = chance.percent(25);
    let (users, groups) = (chance.between(2, 3), chance.between(3, 6));
    let roles = (0..chance.between(2, 4)).map(|_| role(chance, beyond_cedar)).collect::<Vec<_>>();
    let scopes = scopes(chance);
    let mut world = World { scopes, users, groups: members(chance, users, groups), roles, assignments: Vec::new(), denies: Vec::new() };
    for _ in 0..chance.between(8, 16) {
        let (holder, role, scope) = (holder(chance, &world), chance.below(world.roles.len()), upper_scope(chance, &world));
        // Azure has a role of a principal at a scope once.
        if !world.assignments.iter().any(|it| (it.holder, it.role, it.scope) == (holder, role, scope)) {
            let condition = chance.percent(25).then(|| condition(chance, beyond_cedar));
            world.assignments.push(Assignment { holder, role, scope, condition });
        }
    }
    for _ in 0..chance.between(0, 4) {
        let deny = deny(chance, &world, beyond_cedar);
        world.denies.push(deny);
    }
    world
}

/// Returns a question about a world.
pub fn question(chance: &mut Chance, world: &World) -> Question {
    let is_data = chance.percent(20);
    let action = if is_data { *chance.of_these(&DATA_ACTIONS) } else { *chance.of_these(&ACTIONS) };
    let attributes = (0..ATTRIBUTES.len()).map(|place| values(chance, place)).collect();
    Question {
        user: chance.below(world.users),
        action: chance.cased(action),
        is_data,
        scope: chance.below(world.scopes.len()),
        sub_operation: chance.percent(40).then(|| chance.cased("Blob.List")),
        attributes,
    }
}

fn scopes(chance: &mut Chance) -> Vec<Scope> {
    let mut scopes = vec![Scope { path: "/".to_owned(), parent: None }];
    let mut add = |path: String, parent: usize| {
        scopes.push(Scope { path, parent: Some(parent) });
        scopes.len() - 1
    };
    let upper = add(format!("{MANAGEMENT_GROUPS}/upper"), 0);
    let lower = add(format!("{MANAGEMENT_GROUPS}/lower"), upper);
    for (subscription, above) in [(FIRST, lower), (SECOND, upper)] {
        let subscription_at = add(subscription.to_owned(), above);
        for group in ["rg1", "rg10"] {
            let path = format!("{subscription}/resourceGroups/{group}");
            let group_at = add(path.clone(), subscription_at);
            for factory in ["f", "f2"] {
                let path = format!("{path}/providers/Microsoft.DataFactory/factories/{factory}");
                let factory_at = add(chance.cased(&path), group_at);
                if chance.percent(50) {
                    add(format!("{path}/integrationRuntimes/ir"), factory_at);
                }
            }
        }
    }
    scopes
}

fn members(chance: &mut Chance, users: usize, groups: usize) -> Vec<Vec<Holder>> {
    let mut members = vec![Vec::new(); groups];
    for user in 0..users {
        for _ in 0..chance.between(0, 2) {
            add(&mut members[chance.below(groups)], Holder::User(user));
        }
    }
    for _ in 0..chance.between(1, groups + 1) {
        let (outer, inner) = (chance.below(groups), chance.below(groups));
        add(&mut members[outer], Holder::Group(inner));
    }
    members
}

fn add(members: &mut Vec<Holder>, holder: Holder) {
    if !members.contains(&holder) {
        members.push(holder);
    }
}

fn holder(chance: &mut Chance, world: &World) -> Holder {
    match chance.percent(35) {
        true => Holder::User(chance.below(world.users)),
        false => Holder::Group(chance.below(world.groups.len())),
    }
}

/// A scope, upper ones more often: otherwise hardly anything would be allowed.
fn upper_scope(chance: &mut Chance, world: &World) -> usize {
    let first = chance.below(world.scopes.len());
    if chance.percent(60) { first.min(chance.below(world.scopes.len())).min(6) } else { first }
}

fn patterns(chance: &mut Chance, most: usize, of: [&[&str]; 2]) -> Vec<String> {
    (0..chance.between(0, most))
        .map(|_| {
            let list = of[usize::from(chance.percent(40))];
            let pattern = *chance.of_these(list);
            chance.cased(pattern)
        })
        .collect()
}

fn role(chance: &mut Chance, beyond_cedar: bool) -> Vec<Permission> {
    (0..chance.between(1, 2))
        .map(|_| {
            let mut actions = patterns(chance, 3, [&PATTERNS, &ACTIONS]);
            let pattern = *chance.of_these(&PATTERNS);
            actions.push(chance.cased(pattern));
            Permission {
                actions,
                not_actions: patterns(chance, 2, [&PATTERNS[4..], &ACTIONS]),
                data_actions: patterns(chance, 2, [&DATA_PATTERNS, &DATA_ACTIONS]),
                not_data_actions: patterns(chance, 1, [&DATA_PATTERNS[..2], &DATA_ACTIONS]),
                condition: chance.percent(15).then(|| condition(chance, beyond_cedar)),
            }
        })
        .collect()
}

fn deny(chance: &mut Chance, world: &World, beyond_cedar: bool) -> Deny {
    let mut actions = patterns(chance, 2, [&PATTERNS[1..], &ACTIONS]);
    let action = *chance.of_these(&PATTERNS[1..]);
    actions.push(chance.cased(action));
    let some = |chance: &mut Chance, least: usize| -> Vec<Holder> {
        let mut all = Vec::new();
        for _ in 0..chance.between(least, 2) {
            add(&mut all, holder(chance, world));
        }
        all
    };
    let is_for_everyone = chance.percent(50);
    Deny {
        permission: Permission {
            actions,
            not_actions: patterns(chance, 1, [&PATTERNS[3..], &ACTIONS]),
            data_actions: patterns(chance, 1, [&DATA_PATTERNS, &DATA_ACTIONS]),
            not_data_actions: patterns(chance, 1, [&DATA_PATTERNS[..2], &DATA_ACTIONS]),
            condition: chance.percent(20).then(|| condition(chance, beyond_cedar)),
        },
        principals: if is_for_everyone { Vec::new() } else { some(chance, 1) },
        // Azure wants somebody to be spared by what is denied to everyone.
        excluded: some(chance, usize::from(is_for_everyone)),
        scope: upper_scope(chance, world),
        own_scope_only: chance.percent(20),
    }
}

/// Returns a condition, one that Cedar can say unless it need not.
fn condition(chance: &mut Chance, beyond_cedar: bool) -> Condition {
    loop {
        let condition = some_condition(chance, 3);
        if beyond_cedar || cedar::can_say(&condition) {
            return condition;
        }
    }
}

fn some_condition(chance: &mut Chance, depth: usize) -> Condition {
    let several = |chance: &mut Chance| (0..chance.between(2, 3)).map(|_| some_condition(chance, depth - 1)).collect();
    match chance.below(if depth == 0 { 6 } else { 12 }) {
        0 => {
            let list: &[&str] = if chance.percent(50) { &PATTERNS[1..] } else { &ACTIONS };
            Condition::Action((*chance.of_these(list)).to_owned())
        }
        1 => Condition::SubOperation("Blob.List".to_owned()),
        2 => Condition::Exists(chance.below(ATTRIBUTES.len() - 1)),
        3..=5 => Condition::Compare(comparison(chance)),
        6 | 7 => Condition::All(several(chance)),
        8 | 9 => Condition::Any(several(chance)),
        _ => Condition::Not(Box::new(some_condition(chance, depth - 1))),
    }
}

fn comparison(chance: &mut Chance) -> Comparison {
    let attribute = chance.below(ATTRIBUTES.len());
    let kind = ATTRIBUTES[attribute].kind;
    let order = [Relation::Equals, Relation::GreaterThan, Relation::GreaterThanEquals, Relation::LessThan, Relation::LessThanEquals];
    let relation = match kind {
        Kind::Text => *chance.of_these(&[Relation::Equals, Relation::StartsWith, Relation::Like]),
        Kind::Number | Kind::Time => *chance.of_these(&order),
        Kind::Bool | Kind::Guid => Relation::Equals,
    };
    let has_opposite = matches!(relation, Relation::Equals | Relation::StartsWith | Relation::Like);
    let quantifier = chance.percent(if ATTRIBUTES[attribute].has_many { 90 } else { 40 });
    let quantifier = quantifier.then(|| Quantifier { all_left: chance.percent(50), all_right: chance.percent(50) });
    let ignores_case = kind == Kind::Text && chance.percent(60);
    let count = if quantifier.is_some() { chance.between(1, 3) } else { 1 };
    let values = (0..count).map(|_| literal(chance, kind, relation == Relation::Like, ignores_case)).collect();
    Comparison {
        attribute,
        values,
        is_turned: chance.percent(15),
        relation,
        is_not: has_opposite && chance.percent(30),
        ignores_case,
        quantifier,
    }
}

fn literal(chance: &mut Chance, kind: Kind, is_pattern: bool, ignores_case: bool) -> Literal {
    match kind {
        Kind::Text => {
            let text = *chance.of_these(if is_pattern { &["*", "red*", "b*", "*green", "r?d", "*e*", r"re\*"] } else { &TEXTS });
            Literal::Text(if ignores_case || chance.percent(10) { chance.cased(text) } else { text.to_owned() })
        }
        Kind::Number => Literal::Number(chance.below(6) as i64 - 1),
        Kind::Bool => Literal::Bool(chance.percent(50)),
        Kind::Guid => Literal::Guid(*chance.of_these(&GUIDS)),
        Kind::Time => Literal::Time(NEW_YEAR_2030 + chance.below(5) as i64 * 3_600),
    }
}

/// The values of an attribute in a question. Texts are in lower case: Cedar gets them so.
fn values(chance: &mut Chance, place: usize) -> Values {
    let attribute = ATTRIBUTES[place];
    let is_there = attribute.kind == Kind::Time || chance.percent(60);
    let count = match (is_there, attribute.has_many) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => chance.between(1, 3),
    };
    let mut values: Values = (0..count)
        .map(|_| match attribute.kind {
            Kind::Text => Literal::Text((*chance.of_these(&TEXTS)).to_owned()),
            kind => literal(chance, kind, false, false),
        })
        .collect();
    // Cedar's sets have each value once.
    values.sort();
    values.dedup();
    values
}
