//! Whether an expression holds, given an action and the attributes of a request.
//!
//! A comparison with an attribute that is not there is false, whichever the operator, those with `Not` in their name
//! included; `!` around it is then true. Nothing here looks anything up: `attributes.rs` has the values.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format> and `authorization-wire` 5.5.

use super::attributes::Circumstances;
use super::expression::{Comparison, Expression, Operand, Value};
use super::operator::{Kind, Operator, Relation, SetOperator};
use crate::action::Pattern;
use crate::timestamp::Timestamp;
use std::borrow::Cow;
use std::cmp::Ordering;
use uuid::Uuid;

/// Returns whether the expression holds.
pub(super) fn holds(expression: &Expression, action: &str, at: Circumstances<'_>) -> bool {
    match expression {
        Expression::All(terms) => terms.iter().all(|term| holds(term, action, at)),
        Expression::Any(terms) => terms.iter().any(|term| holds(term, action, at)),
        Expression::Not(term) => !holds(term, action, at),
        Expression::ActionMatches(pattern) => Pattern::new(pattern).matches(action),
        Expression::SubOperationMatches(name) => at.attributes.sub_operation().is_some_and(|it| it.eq_ignore_ascii_case(name)),
        Expression::Exists(attribute) => !at.values(attribute).is_empty(),
        Expression::Comparison(comparison) => compare(comparison, at),
    }
}

fn compare(comparison: &Comparison, at: Circumstances<'_>) -> bool {
    let (left, right) = (comparison.left.values(at), comparison.right.values(at));
    if left.is_empty() || right.is_empty() {
        return false;
    }
    let fits = |one: &Value, other: &Value| fits(comparison.operator, one, other);
    match comparison.set_operator {
        None => matches!((&*left, &*right), ([one], [other]) if fits(one, other)),
        Some(SetOperator::ForAnyOfAnyValues) => left.iter().any(|one| right.iter().any(|other| fits(one, other))),
        Some(SetOperator::ForAllOfAnyValues) => left.iter().all(|one| right.iter().any(|other| fits(one, other))),
        Some(SetOperator::ForAnyOfAllValues) => left.iter().any(|one| right.iter().all(|other| fits(one, other))),
        Some(SetOperator::ForAllOfAllValues) => left.iter().all(|one| right.iter().all(|other| fits(one, other))),
    }
}

/// Whether the operator is true of two values. A value of another type than the operator's fits nothing.
fn fits(operator: Operator, left: &Value, right: &Value) -> bool {
    let order = match operator.kind {
        Kind::Text => return text_fits(operator, &left.text(), &right.text()),
        Kind::Number => left.number().zip(right.number()).map(|(left, right)| left.cmp(&right)),
        Kind::DateTime => left.date_time().zip(right.date_time()).map(|(left, right)| left.cmp(&right)),
        Kind::Bool => left.bool().zip(right.bool()).map(|(left, right)| left.cmp(&right)),
        Kind::Guid => left.guid().zip(right.guid()).map(|(left, right)| left.cmp(&right)),
    };
    order.is_some_and(|order| match operator.relation {
        Relation::Equals | Relation::StartsWith | Relation::Like => order == Ordering::Equal,
        Relation::NotEquals | Relation::NotStartsWith | Relation::NotLike => order != Ordering::Equal,
        Relation::GreaterThan => order == Ordering::Greater,
        Relation::GreaterThanEquals => order != Ordering::Less,
        Relation::LessThan => order == Ordering::Less,
        Relation::LessThanEquals => order != Ordering::Greater,
    })
}

fn text_fits(operator: Operator, left: &str, right: &str) -> bool {
    if operator.ignores_case {
        let operator = Operator { ignores_case: false, ..operator };
        return text_fits(operator, &left.to_lowercase(), &right.to_lowercase());
    }
    match operator.relation {
        Relation::Equals => left == right,
        Relation::NotEquals => left != right,
        Relation::StartsWith => left.starts_with(right),
        Relation::NotStartsWith => !left.starts_with(right),
        Relation::Like => is_like(left, right),
        Relation::NotLike => !is_like(left, right),
        Relation::GreaterThan => left > right,
        Relation::GreaterThanEquals => left >= right,
        Relation::LessThan => left < right,
        Relation::LessThanEquals => left <= right,
    }
}

/// One sign of a pattern of `StringLike`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Run,
    One,
    Letter(char),
}

fn signs(pattern: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        signs.push(match letter {
            '*' => Sign::Run,
            '?' => Sign::One,
            '\\' => Sign::Letter(letters.next_if(|next| matches!(next, '*' | '?' | '\\')).unwrap_or('\\')),
            _ => Sign::Letter(letter),
        });
    }
    signs
}

/// Whether the text is like the pattern. Going back to the last run alone is enough, so the cost is at most the product
/// of the two lengths.
fn is_like(text: &str, pattern: &str) -> bool {
    let (text, signs): (Vec<char>, _) = (text.chars().collect(), signs(pattern));
    let (mut at, mut sign) = (0, 0);
    let mut last_run: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match signs.get(sign) {
            Some(Sign::Run) => {
                last_run = Some((sign + 1, at));
                sign += 1;
            }
            Some(Sign::One) => (at, sign) = (at + 1, sign + 1),
            Some(Sign::Letter(wanted)) if wanted == letter => (at, sign) = (at + 1, sign + 1),
            _ => {
                let Some((behind, from)) = last_run else { return false };
                last_run = Some((behind, from + 1));
                (at, sign) = (from + 1, behind);
            }
        }
    }
    signs.iter().skip(sign).all(|sign| *sign == Sign::Run)
}

impl Operand {
    fn values<'a>(&'a self, at: Circumstances<'a>) -> Cow<'a, [Value]> {
        match self {
            Self::Attribute(attribute) => at.values(attribute),
            Self::Values(values) => Cow::Borrowed(values),
        }
    }
}

impl Value {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Bool(bool) => Cow::Borrowed(if *bool { "true" } else { "false" }),
            Self::DateTime(at) => Cow::Owned(at.with_seven_digits()),
            Self::Guid(guid) => Cow::Owned(guid.to_string()),
        }
    }

    fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { self.text().parse().ok() }
    }

    fn bool(&self) -> Option<bool> {
        if let Self::Bool(bool) = self { Some(*bool) } else { self.text().to_ascii_lowercase().parse().ok() }
    }

    fn date_time(&self) -> Option<Timestamp> {
        if let Self::DateTime(at) = self { Some(*at) } else { Timestamp::parse(&self.text()) }
    }

    fn guid(&self) -> Option<Uuid> {
        if let Self::Guid(guid) = self { Some(*guid) } else { Uuid::try_parse(&self.text()).ok() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same answer, found the slow and obvious way.
    fn is_like_by_trying(text: &[char], signs: &[Sign]) -> bool {
        match signs.split_first() {
            None => text.is_empty(),
            Some((Sign::Run, rest)) => (0..=text.len()).any(|from| is_like_by_trying(&text[from..], rest)),
            Some((Sign::One, rest)) => !text.is_empty() && is_like_by_trying(&text[1..], rest),
            Some((Sign::Letter(letter), rest)) => text.first() == Some(letter) && is_like_by_trying(&text[1..], rest),
        }
    }

    #[test]
    fn runs_and_single_letters_can_be_escaped() {
        for (text, pattern, expected) in [
            ("abcd", "a*c?", true),
            ("abcd", "A*C?", false),
            ("abcd", "a*c", false),
            ("a*b", r"a\*b", true),
            ("axb", r"a\*b", false),
            (r"a\b", r"a\b", true),
            (r"a\", r"a\\", true),
            ("what?", r"*\?", true),
            ("what!", r"*\?", false),
            ("", "*", true),
            ("", "?", false),
        ] {
            assert_eq!(is_like(text, pattern), expected, "{text} {pattern}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_like_a_pattern_exactly_when_some_split_is(text in "[abé]{0,8}", pattern in "[ab*?é]{0,8}") {
            let letters: Vec<char> = text.chars().collect();
            prop_assert_eq!(is_like(&text, &pattern), is_like_by_trying(&letters, &signs(&pattern)));
        }
    }
}
