//! The words that compare: operators of two values, and how many of a set's values have to fit.
//!
//! One table holds Azure's words; reading compares without case, because recordings and built-in roles write
//! `stringEquals` and `boolequals` too. What an operator does with values is in `truth.rs`.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format#operators>.

/// How a value is compared with a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operator {
    /// The type of value that it compares.
    pub kind: Kind,
    /// What has to be between the two.
    pub relation: Relation,
    /// Whether the case of letters counts for nothing.
    pub ignores_case: bool,
}

/// The type of value that an operator compares.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `String…`
    Text,
    /// `Numeric…`
    Number,
    /// `DateTime…`
    DateTime,
    /// `Bool…`
    Bool,
    /// `Guid…`
    Guid,
}

/// What has to be between two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// `…Equals`
    Equals,
    /// `…NotEquals`
    NotEquals,
    /// `…StartsWith`
    StartsWith,
    /// `…NotStartsWith`
    NotStartsWith,
    /// `…Like`: `*` is any run of letters, `?` one letter.
    Like,
    /// `…NotLike`
    NotLike,
    /// `…GreaterThan`
    GreaterThan,
    /// `…GreaterThanEquals`
    GreaterThanEquals,
    /// `…LessThan`
    LessThan,
    /// `…LessThanEquals`
    LessThanEquals,
}

/// How many values of the left side have to fit how many of the right side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SetOperator {
    /// Some value some value.
    ForAnyOfAnyValues,
    /// Every value some value.
    ForAllOfAnyValues,
    /// Some value every value.
    ForAnyOfAllValues,
    /// Every value every value.
    ForAllOfAllValues,
}

const fn text(relation: Relation, ignores_case: bool) -> Operator {
    Operator { kind: Kind::Text, relation, ignores_case }
}

const fn of(kind: Kind, relation: Relation) -> Operator {
    Operator { kind, relation, ignores_case: false }
}

static OPERATORS: [(&str, Operator); 28] = [
    ("StringEquals", text(Relation::Equals, false)),
    ("StringNotEquals", text(Relation::NotEquals, false)),
    ("StringEqualsIgnoreCase", text(Relation::Equals, true)),
    ("StringNotEqualsIgnoreCase", text(Relation::NotEquals, true)),
    ("StringStartsWith", text(Relation::StartsWith, false)),
    ("StringNotStartsWith", text(Relation::NotStartsWith, false)),
    ("StringStartsWithIgnoreCase", text(Relation::StartsWith, true)),
    ("StringNotStartsWithIgnoreCase", text(Relation::NotStartsWith, true)),
    ("StringLike", text(Relation::Like, false)),
    ("StringNotLike", text(Relation::NotLike, false)),
    ("StringLikeIgnoreCase", text(Relation::Like, true)),
    ("StringNotLikeIgnoreCase", text(Relation::NotLike, true)),
    ("NumericEquals", of(Kind::Number, Relation::Equals)),
    ("NumericNotEquals", of(Kind::Number, Relation::NotEquals)),
    ("NumericGreaterThan", of(Kind::Number, Relation::GreaterThan)),
    ("NumericGreaterThanEquals", of(Kind::Number, Relation::GreaterThanEquals)),
    ("NumericLessThan", of(Kind::Number, Relation::LessThan)),
    ("NumericLessThanEquals", of(Kind::Number, Relation::LessThanEquals)),
    ("DateTimeEquals", of(Kind::DateTime, Relation::Equals)),
    ("DateTimeNotEquals", of(Kind::DateTime, Relation::NotEquals)),
    ("DateTimeGreaterThan", of(Kind::DateTime, Relation::GreaterThan)),
    ("DateTimeGreaterThanEquals", of(Kind::DateTime, Relation::GreaterThanEquals)),
    ("DateTimeLessThan", of(Kind::DateTime, Relation::LessThan)),
    ("DateTimeLessThanEquals", of(Kind::DateTime, Relation::LessThanEquals)),
    ("BoolEquals", of(Kind::Bool, Relation::Equals)),
    ("BoolNotEquals", of(Kind::Bool, Relation::NotEquals)),
    ("GuidEquals", of(Kind::Guid, Relation::Equals)),
    ("GuidNotEquals", of(Kind::Guid, Relation::NotEquals)),
];

impl Operator {
    /// Returns all operators, each once.
    pub fn all() -> impl Iterator<Item = Self> {
        OPERATORS.iter().map(|(_, operator)| *operator)
    }

    /// Returns Azure's word.
    pub fn as_str(self) -> &'static str {
        OPERATORS.iter().find(|(_, it)| *it == self).map_or("", |(word, _)| word)
    }

    /// Reads Azure's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        OPERATORS.iter().find(|(it, _)| it.eq_ignore_ascii_case(word)).map(|(_, operator)| *operator)
    }
}

impl SetOperator {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::ForAnyOfAnyValues, Self::ForAllOfAnyValues, Self::ForAnyOfAllValues, Self::ForAllOfAllValues];

    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ForAnyOfAnyValues => "ForAnyOfAnyValues",
            Self::ForAllOfAnyValues => "ForAllOfAnyValues",
            Self::ForAnyOfAllValues => "ForAnyOfAllValues",
            Self::ForAllOfAllValues => "ForAllOfAllValues",
        }
    }

    /// Reads Azure's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_a_word_of_its_own() {
        for operator in Operator::all() {
            assert_eq!(Operator::parse(&operator.as_str().to_uppercase()), Some(operator));
        }
        assert_eq!(Operator::parse("StringMatches"), None);
        assert_eq!(SetOperator::parse("forallofanyvalues"), Some(SetOperator::ForAllOfAnyValues));
    }
}
