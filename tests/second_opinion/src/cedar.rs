//! What the Cedar policy engine says of a world.
//!
//! One `permit` a permission object of each assignment, its `notActions` inside its `when` and never a `forbid`; one
//! `forbid … unless` a deny assignment. Scopes are entities below each other, members lie in their groups, and groups
//! that hold each other are one entity, because Cedar knows no circles. All text is in lower case.
//! Follows <https://docs.cedarpolicy.com/>.

use crate::condition::{self, ATTRIBUTES, Condition, Literal};
use crate::model::{Assignment, Deny, Holder, Permission, Question, World};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request, RestrictedExpression};
use std::collections::HashSet;
use std::fmt::Write as _;

/// A world in Cedar's words.
pub struct Translated {
    policies: PolicySet,
    entities: Entities,
    users: Vec<EntityUid>,
    scopes: Vec<EntityUid>,
    action: EntityUid,
    authorizer: Authorizer,
}

/// Returns the world in Cedar's words; nothing if it has a condition that Cedar cannot say.
pub fn translate(world: &World) -> Option<Translated> {
    let circle = circles(world);
    let mut text = String::new();
    for assignment in &world.assignments {
        for permission in &world.roles[assignment.role] {
            permit(&mut text, &circle, assignment, permission)?;
        }
    }
    for deny in &world.denies {
        forbid(&mut text, &circle, deny)?;
    }
    Some(Translated {
        policies: text.parse().unwrap_or_else(|problem| panic!("{problem}\n{text}")),
        entities: entities(world, &circle),
        users: (0..world.users).map(|place| uid("User", place)).collect(),
        scopes: (0..world.scopes.len()).map(|place| uid("Scope", place)).collect(),
        action: uid("Action", 0),
        authorizer: Authorizer::new(),
    })
}

impl Translated {
    /// Returns whether Cedar allows it.
    pub fn allows(&self, asked: &Question) -> bool {
        let text = |text: &str| RestrictedExpression::new_string(text.to_lowercase());
        let attributes = asked.attributes.iter().enumerate().filter(|(_, values)| !values.is_empty());
        let attributes = attributes.map(|(place, values)| {
            let value = match ATTRIBUTES[place].has_many {
                true => RestrictedExpression::new_set(values.iter().map(value)),
                false => value(&values[0]),
            };
            (condition::key(place), value)
        });
        let mut context = vec![
            ("action".to_owned(), text(&asked.action)),
            ("data".to_owned(), RestrictedExpression::new_bool(asked.is_data)),
            ("attributes".to_owned(), RestrictedExpression::new_record(attributes).unwrap()),
        ];
        context.extend(asked.sub_operation.as_ref().map(|name| ("sub".to_owned(), text(name))));
        let context = Context::from_pairs(context).unwrap();
        let (user, scope) = (self.users[asked.user].clone(), self.scopes[asked.scope].clone());
        let request = Request::new(user, self.action.clone(), scope, context, None).unwrap();
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        let problems: Vec<String> = response.diagnostics().errors().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{problems:?}");
        response.decision() == Decision::Allow
    }
}

fn value(literal: &Literal) -> RestrictedExpression {
    match literal {
        Literal::Text(text) => RestrictedExpression::new_string(text.to_lowercase()),
        Literal::Number(number) => RestrictedExpression::new_long(*number),
        Literal::Bool(truth) => RestrictedExpression::new_bool(*truth),
        Literal::Guid(guid) => RestrictedExpression::new_string(uuid::Uuid::from_u128(*guid).to_string()),
        Literal::Time(_) => condition::literal_cedar(literal).parse().unwrap(),
    }
}

fn uid(kind: &str, place: usize) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.parse().unwrap(), cedar_policy::EntityId::new(place.to_string()))
}

fn holder(circle: &[usize], holder: Holder) -> String {
    match holder {
        Holder::User(place) => format!("User::\"{place}\""),
        Holder::Group(place) => format!("Group::\"{}\"", circle[place]),
    }
}

fn permit(text: &mut String, circle: &[usize], assignment: &Assignment, permission: &Permission) -> Option<()> {
    let holder = holder(circle, assignment.holder);
    let when = when(permission, &[&permission.condition, &assignment.condition])?;
    writeln!(text, "permit (principal in {holder}, action, resource in Scope::\"{}\") when {{ {when} }};", assignment.scope).unwrap();
    Some(())
}

fn forbid(text: &mut String, circle: &[usize], deny: &Deny) -> Option<()> {
    let any_of = |all: &[Holder]| {
        let each: Vec<String> = all.iter().map(|it| format!("principal in {}", holder(circle, *it))).collect();
        if each.is_empty() { "false".to_owned() } else { each.join(" || ") }
    };
    let meant = if deny.principals.is_empty() { "true".to_owned() } else { any_of(&deny.principals) };
    let at = if deny.own_scope_only { "==" } else { "in" };
    let when = when(&deny.permission, &[&deny.permission.condition])?;
    let (scope, spared) = (deny.scope, any_of(&deny.excluded));
    writeln!(text, "forbid (principal, action, resource {at} Scope::\"{scope}\") when {{ ({meant}) && {when} }} unless {{ {spared} }};")
        .unwrap();
    Some(())
}

/// That the permission object names the action, and that the conditions hold.
fn when(permission: &Permission, conditions: &[&Option<Condition>]) -> Option<String> {
    let mut when = actions(permission);
    for condition in conditions.iter().copied().flatten() {
        write!(when, " && {}", condition::to_cedar(condition)?).unwrap();
    }
    Some(when)
}

/// Whether the permission object names the action and does not take it out again.
fn actions(permission: &Permission) -> String {
    let any_of = |patterns: &[String]| {
        let each: Vec<String> = patterns.iter().map(|it| format!("context.action like \"{}\"", it.to_lowercase())).collect();
        if each.is_empty() { "false".to_owned() } else { each.join(" || ") }
    };
    format!(
        "(if context.data then ({}) && !({}) else ({}) && !({}))",
        any_of(&permission.data_actions),
        any_of(&permission.not_data_actions),
        any_of(&permission.actions),
        any_of(&permission.not_actions)
    )
}

/// For each group the first of those that it holds and that hold it, itself included.
fn circles(world: &World) -> Vec<usize> {
    let reached: Vec<HashSet<usize>> = (0..world.groups.len())
        .map(|from| {
            let (mut found, mut open) = (HashSet::from([from]), vec![from]);
            while let Some(at) = open.pop() {
                for member in &world.groups[at] {
                    if let Holder::Group(inner) = *member
                        && found.insert(inner)
                    {
                        open.push(inner);
                    }
                }
            }
            found
        })
        .collect();
    let is_same = |one: usize, other: usize| reached[one].contains(&other) && reached[other].contains(&one);
    (0..world.groups.len()).map(|group| (0..=group).find(|first| is_same(*first, group)).unwrap_or(group)).collect()
}

fn entities(world: &World, circle: &[usize]) -> Entities {
    let groups_of = |member: &dyn Fn(&Holder) -> bool| -> HashSet<usize> {
        let holding = (0..world.groups.len()).filter(|group| world.groups[*group].iter().any(member));
        holding.map(|group| circle[group]).collect()
    };
    let uids = |places: HashSet<usize>| places.into_iter().map(|place| uid("Group", place)).collect();
    let users = (0..world.users).map(|place| {
        let above = groups_of(&|it| *it == Holder::User(place));
        Entity::new_no_attrs(uid("User", place), uids(above))
    });
    let groups = (0..world.groups.len()).filter(|place| circle[*place] == *place).map(|place| {
        let mut above = groups_of(&|it| matches!(it, Holder::Group(inner) if circle[*inner] == place));
        above.remove(&place);
        Entity::new_no_attrs(uid("Group", place), uids(above))
    });
    let scopes = world.scopes.iter().enumerate().map(|(place, scope)| {
        Entity::new_no_attrs(uid("Scope", place), scope.parent.map(|above| uid("Scope", above)).into_iter().collect())
    });
    Entities::from_entities(users.chain(groups).chain(scopes), None).unwrap()
}

/// Returns whether Cedar has words for the condition.
pub fn can_say(condition: &Condition) -> bool {
    condition::to_cedar(condition).is_some()
}
