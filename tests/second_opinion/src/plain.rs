//! The slow and obvious model, with a switch for each mistake that the comparison has to find.
//!
//! It says everything that Cedar cannot say. With `Reading::default()` it is right; every switch makes it wrong in one
//! way, or leaves out one thing to see whether that thing decided.

use crate::condition::{ATTRIBUTES, Comparison, Condition, Literal, Quantifier, Relation, Values};
use crate::model::{Holder, Permission, Question, World};
use std::cmp::Ordering;

/// How the facts are read; all false is right.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Mistake: scopes compare by their text, so that `rg1` holds `rg10`.
    pub scopes_by_text: bool,
    /// Mistake: what a permission object takes out is denied altogether.
    pub not_actions_deny: bool,
    /// Mistake: nobody is spared by a deny assignment.
    pub nobody_is_spared: bool,
    /// Mistake: the case of letters counts.
    pub case_counts: bool,
    /// Mistake: only direct members belong to a group.
    pub direct_members_only: bool,
    /// Mistake: `*` stops at `/`.
    pub star_stops_at_slash: bool,
    /// To see what groups decide: nobody belongs to any.
    pub without_groups: bool,
    /// To see what `notActions` decide: none takes anything out.
    pub without_not_actions: bool,
    /// To see what deny assignments decide: there are none.
    pub without_denies: bool,
    /// To see what conditions decide: all of them hold.
    pub without_conditions: bool,
}

/// Returns whether the user may do it.
pub fn allows(world: &World, asked: &Question, reading: Reading) -> bool {
    let ids = ids(world, asked.user, reading);
    let holds = |condition: &Option<Condition>| is_met(condition, asked, reading);
    let (mut granted, mut taken_out) = (false, false);
    for assignment in &world.assignments {
        if !ids.contains(&assignment.holder) || !is_at_or_above(world, assignment.scope, asked.scope, reading) {
            continue;
        }
        for permission in &world.roles[assignment.role] {
            let (named, excluded) = lists(permission, asked, reading);
            let counts = named && holds(&permission.condition) && holds(&assignment.condition);
            granted |= counts && (!excluded || reading.without_not_actions || reading.not_actions_deny);
            taken_out |= counts && excluded && reading.not_actions_deny;
        }
    }
    granted && !taken_out && (reading.without_denies || !is_denied(world, asked, &ids, reading))
}

fn is_denied(world: &World, asked: &Question, ids: &[Holder], reading: Reading) -> bool {
    world.denies.iter().any(|deny| {
        let is_meant = deny.principals.is_empty() || deny.principals.iter().any(|it| ids.contains(it));
        let is_spared = deny.excluded.iter().any(|it| ids.contains(it)) && !reading.nobody_is_spared;
        let is_there = match deny.own_scope_only {
            true => deny.scope == asked.scope,
            false => is_at_or_above(world, deny.scope, asked.scope, reading),
        };
        let (named, excluded) = lists(&deny.permission, asked, reading);
        is_meant && !is_spared && is_there && named && !excluded && is_met(&deny.permission.condition, asked, reading)
    })
}

fn is_met(condition: &Option<Condition>, asked: &Question, reading: Reading) -> bool {
    reading.without_conditions || condition.as_ref().is_none_or(|it| holds(it, asked))
}

/// The user, and every group that holds it in some way.
fn ids(world: &World, user: usize, reading: Reading) -> Vec<Holder> {
    let mut ids = vec![Holder::User(user)];
    if reading.without_groups {
        return ids;
    }
    let mut from = 0;
    while from < ids.len() {
        let holder = ids[from];
        for (place, members) in world.groups.iter().enumerate() {
            let group = Holder::Group(place);
            if members.contains(&holder) && !ids.contains(&group) {
                ids.push(group);
            }
        }
        if reading.direct_members_only {
            break;
        }
        from += 1;
    }
    ids
}

fn is_at_or_above(world: &World, upper: usize, lower: usize, reading: Reading) -> bool {
    if reading.scopes_by_text && upper != 0 {
        let text = |place: usize| world.scopes[place].path.to_lowercase();
        return text(lower).starts_with(&text(upper));
    }
    let mut at = Some(lower);
    while let Some(place) = at {
        if place == upper {
            return true;
        }
        at = world.scopes[place].parent;
    }
    false
}

/// Whether the permission object names the action, and whether it takes it out again.
fn lists(permission: &Permission, asked: &Question, reading: Reading) -> (bool, bool) {
    let (named, excluded) = match asked.is_data {
        true => (&permission.data_actions, &permission.not_data_actions),
        false => (&permission.actions, &permission.not_actions),
    };
    let covers = |patterns: &[String]| patterns.iter().any(|pattern| covers(pattern, &asked.action, reading));
    (covers(named), covers(excluded))
}

fn covers(pattern: &str, action: &str, reading: Reading) -> bool {
    let fold = |text: &str| -> Vec<char> {
        match reading.case_counts {
            true => text.chars().collect(),
            false => text.to_lowercase().chars().collect(),
        }
    };
    is_like(&fold(action), &fold(pattern), reading.star_stops_at_slash, false)
}

/// Whether some way of giving each `*` a run of letters makes the pattern the text. `signs` is whether `?` and `\` mean
/// something.
fn is_like(text: &[char], pattern: &[char], stops: bool, signs: bool) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => {
            let runs = (0..=text.len()).take_while(|end| !stops || !text[..*end].contains(&'/'));
            runs.into_iter().any(|end| is_like(&text[end..], rest, stops, signs))
        }
        ['?', rest @ ..] if signs => !text.is_empty() && is_like(&text[1..], rest, stops, signs),
        ['\\', letter @ ('*' | '?' | '\\'), rest @ ..] if signs => text.first() == Some(letter) && is_like(&text[1..], rest, stops, signs),
        [letter, rest @ ..] => text.first() == Some(letter) && is_like(&text[1..], rest, stops, signs),
    }
}

/// Returns whether the condition holds for what is asked.
pub fn holds(condition: &Condition, asked: &Question) -> bool {
    match condition {
        Condition::All(terms) => terms.iter().all(|term| holds(term, asked)),
        Condition::Any(terms) => terms.iter().any(|term| holds(term, asked)),
        Condition::Not(term) => !holds(term, asked),
        Condition::Action(pattern) => covers(pattern, &asked.action, Reading::default()),
        Condition::SubOperation(name) => asked.sub_operation.as_ref().is_some_and(|it| it.to_lowercase() == name.to_lowercase()),
        Condition::Exists(attribute) => !asked.attributes[*attribute].is_empty(),
        Condition::Compare(comparison) => compares(comparison, &asked.attributes[comparison.attribute]),
    }
}

fn compares(comparison: &Comparison, attribute: &Values) -> bool {
    let (left, right) = match comparison.is_turned {
        true => (&comparison.values, attribute),
        false => (attribute, &comparison.values),
    };
    if attribute.is_empty() {
        return false;
    }
    let Some(Quantifier { all_left, all_right }) = comparison.quantifier else {
        return left.len() == 1 && right.len() == 1 && fits(comparison, &left[0], &right[0]);
    };
    let mut fitting = 0;
    for one in left {
        let count = right.iter().filter(|other| fits(comparison, one, other)).count();
        fitting += usize::from(if all_right { count == right.len() } else { count > 0 });
    }
    if all_left { fitting == left.len() } else { fitting > 0 }
}

fn fits(comparison: &Comparison, left: &Literal, right: &Literal) -> bool {
    let fold = |literal: &Literal| match literal {
        Literal::Text(text) if comparison.ignores_case => Literal::Text(text.to_lowercase()),
        other => other.clone(),
    };
    let (left, right) = (fold(left), fold(right));
    let letters = |literal: &Literal| -> Vec<char> {
        match literal {
            Literal::Text(text) => text.chars().collect(),
            other => panic!("{other:?} of {:?} is no text", ATTRIBUTES[comparison.attribute]),
        }
    };
    let order = left.cmp(&right);
    let fits = match comparison.relation {
        Relation::Equals => order == Ordering::Equal,
        Relation::StartsWith => letters(&left).starts_with(&letters(&right)),
        Relation::Like => is_like(&letters(&left), &letters(&right), false, true),
        Relation::GreaterThan => order == Ordering::Greater,
        Relation::GreaterThanEquals => order != Ordering::Less,
        Relation::LessThan => order == Ordering::Less,
        Relation::LessThanEquals => order != Ordering::Greater,
    };
    fits != comparison.is_not
}
