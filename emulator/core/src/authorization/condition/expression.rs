//! What a condition says, read: an expression, and how it is written.
//!
//! Printing writes the fewest parentheses and one spelling of each word, so that what is printed reads back as the same
//! expression. How it is read is in `parse.rs`, whether it holds in `truth.rs`.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format>.

use super::operator::{Operator, SetOperator};
use crate::timestamp::Timestamp;
use std::fmt::{self, Display as _, Write as _};
use uuid::Uuid;

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expression {
    /// Two or more, joined by `AND`.
    All(Vec<Expression>),
    /// Two or more, joined by `OR`.
    Any(Vec<Expression>),
    /// `!`
    Not(Box<Expression>),
    /// `ActionMatches{'…'}`: the pattern of actions.
    ActionMatches(String),
    /// `SubOperationMatches{'…'}`
    SubOperationMatches(String),
    /// `Exists @…[…]`
    Exists(AttributeName),
    /// Something compared with something.
    Comparison(Box<Comparison>),
}

/// Something compared with something.
#[derive(Clone, PartialEq, Debug)]
pub struct Comparison {
    /// What is compared.
    pub left: Operand,
    /// How many of the values have to fit; without it each side has one value.
    pub set_operator: Option<SetOperator>,
    /// How a value is compared with a value.
    pub operator: Operator,
    /// What it is compared with.
    pub right: Operand,
}

/// One side of a comparison.
#[derive(Clone, PartialEq, Debug)]
pub enum Operand {
    /// The values that an attribute has.
    Attribute(AttributeName),
    /// Values written down; never none.
    Values(Vec<Value>),
}

/// A value, of the type that its operator compares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// An integer; Azure has no others here.
    Number(i64),
    /// `true` or `false`.
    Bool(bool),
    /// An instant.
    DateTime(Timestamp),
    /// A GUID, written with dashes or without.
    Guid(Uuid),
}

/// Whose attribute it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// Of what the request asks for.
    Request,
    /// Of the resource as it is.
    Resource,
    /// Of the caller.
    Principal,
    /// Of the circumstances, such as the time.
    Environment,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Request, Self::Resource, Self::Principal, Self::Environment];

    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Request => "Request",
            Self::Resource => "Resource",
            Self::Principal => "Principal",
            Self::Environment => "Environment",
        }
    }

    /// Reads Azure's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(word))
    }
}

/// The name of an attribute, such as `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AttributeName {
    /// Whose attribute.
    pub source: Source,
    /// The name, without the marker of its form.
    pub name: String,
    /// What of it is asked for.
    pub form: Form,
}

/// What of an attribute is asked for; the last two are about tags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// Its values.
    Plain,
    /// The values of the tag whose key is exactly that behind the colon.
    ExactKey,
    /// The keys of all tags.
    Keys,
}

impl Form {
    /// Returns what marks the form at the end of a name.
    pub const fn marker(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::ExactKey => "<$key_case_sensitive$>",
            Self::Keys => "&$keys$&",
        }
    }
}

impl AttributeName {
    /// Returns the name as it is written inside the brackets.
    pub fn text(&self) -> String {
        format!("{}{}", self.name, self.form.marker())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(terms) => join(f, terms, " AND "),
            Self::Any(terms) => join(f, terms, " OR "),
            Self::Not(term) => {
                f.write_char('!')?;
                term.as_term(f)
            }
            Self::ActionMatches(pattern) => call(f, "ActionMatches", pattern),
            Self::SubOperationMatches(name) => call(f, "SubOperationMatches", name),
            Self::Exists(attribute) => write!(f, "Exists {attribute}"),
            Self::Comparison(comparison) => comparison.fmt(f),
        }
    }
}

impl Expression {
    fn as_term(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(_) | Self::Any(_) => write!(f, "({self})"),
            _ => self.fmt(f),
        }
    }

    /// Calls `visit` with every attribute, from left to right.
    pub fn visit_attributes<'a>(&'a self, visit: &mut impl FnMut(&'a AttributeName)) {
        match self {
            Self::All(terms) | Self::Any(terms) => terms.iter().for_each(|term| term.visit_attributes(visit)),
            Self::Not(term) => term.visit_attributes(visit),
            Self::Exists(attribute) => visit(attribute),
            Self::Comparison(comparison) => {
                for side in [&comparison.left, &comparison.right] {
                    if let Operand::Attribute(attribute) = side {
                        visit(attribute);
                    }
                }
            }
            Self::ActionMatches(_) | Self::SubOperationMatches(_) => {}
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, terms: &[Expression], word: &str) -> fmt::Result {
    for (at, term) in terms.iter().enumerate() {
        if at > 0 {
            f.write_str(word)?;
        }
        term.as_term(f)?;
    }
    Ok(())
}

fn call(f: &mut fmt::Formatter<'_>, function: &str, argument: &str) -> fmt::Result {
    write!(f, "{function}{{")?;
    quote(f, argument)?;
    f.write_char('}')
}

fn quote(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for letter in text.chars() {
        if matches!(letter, '\'' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(letter)?;
    }
    f.write_char('\'')
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let in_braces = self.set_operator.is_some();
        self.left.print(f, in_braces)?;
        f.write_char(' ')?;
        if let Some(set_operator) = self.set_operator {
            write!(f, "{}:", set_operator.as_str())?;
        }
        write!(f, "{} ", self.operator.as_str())?;
        self.right.print(f, in_braces)
    }
}

impl Operand {
    fn print(&self, f: &mut fmt::Formatter<'_>, in_braces: bool) -> fmt::Result {
        match self {
            Self::Attribute(attribute) => attribute.fmt(f),
            Self::Values(values) => {
                f.write_str(if in_braces { "{" } else { "" })?;
                for (at, value) in values.iter().enumerate() {
                    f.write_str(if at > 0 { ", " } else { "" })?;
                    value.fmt(f)?;
                }
                f.write_str(if in_braces { "}" } else { "" })
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quote(f, text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(bool) => bool.fmt(f),
            Self::DateTime(at) => write!(f, "'{}'", at.with_seven_digits()),
            Self::Guid(guid) => guid.fmt(f),
        }
    }
}

impl fmt::Display for AttributeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}[{}{}]", self.source.as_str(), self.name, self.form.marker())
    }
}
