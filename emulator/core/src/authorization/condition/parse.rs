//! Reads the text of a condition, from left to right, without looking back.
//!
//! `AND` and `OR` at one level need parentheses: without them the text has no one meaning, and Azure refuses it. Only
//! ASCII white space separates, because Azure refuses what editors slip in. The depth is bounded; the length of the
//! text bounds the rest.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format>.

use super::expression::{AttributeName, Comparison, Expression, Form, Operand, Source, Value};
use super::operator::{Kind, Operator, SetOperator};
use crate::timestamp::Timestamp;
use uuid::Uuid;

/// How deep parentheses and negations may nest. The documentation names no bound; this one protects the stack.
const DEPTH_MAX: usize = 64;

/// Reads a condition; `None` when it is none.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let mut parser = Parser { left: text };
    let expression = parser.expression(DEPTH_MAX)?;
    (parser.next()? == Token::End).then_some(expression)
}

#[derive(Clone, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    OpenBrace,
    CloseBrace,
    Comma,
    Colon,
    Not,
    And,
    Or,
    /// A word, a number or a GUID.
    Word(&'a str),
    /// A text in quotes, read.
    Text(String),
    Attribute(AttributeName),
    End,
}

struct Parser<'a> {
    left: &'a str,
}

impl<'a> Parser<'a> {
    fn expression(&mut self, depth: usize) -> Option<Expression> {
        let first = self.term(depth)?;
        let joined_by = self.peek()?;
        if !matches!(joined_by, Token::And | Token::Or) {
            return Some(first);
        }
        let mut terms = vec![first];
        loop {
            let next = self.peek()?;
            if next == joined_by {
                self.next()?;
                terms.push(self.term(depth)?);
                continue;
            }
            return match (next, joined_by) {
                (Token::And | Token::Or, _) => None,
                (_, Token::And) => Some(Expression::All(terms)),
                _ => Some(Expression::Any(terms)),
            };
        }
    }

    fn term(&mut self, depth: usize) -> Option<Expression> {
        let depth = depth.checked_sub(1)?;
        let before = self.left;
        match self.next()? {
            Token::Not => Some(Expression::Not(Box::new(self.term(depth)?))),
            Token::Open => {
                let expression = self.expression(depth)?;
                (self.next()? == Token::Close).then_some(expression)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("ActionMatches") => Some(Expression::ActionMatches(self.argument()?)),
            Token::Word(word) if word.eq_ignore_ascii_case("SubOperationMatches") => {
                Some(Expression::SubOperationMatches(self.argument()?))
            }
            Token::Word(word) if word.eq_ignore_ascii_case("Exists") => match self.next()? {
                Token::Attribute(attribute) => Some(Expression::Exists(attribute)),
                _ => None,
            },
            _ => {
                self.left = before;
                self.comparison().map(|it| Expression::Comparison(Box::new(it)))
            }
        }
    }

    /// The text in braces behind the name of a function.
    fn argument(&mut self) -> Option<String> {
        match (self.next()?, self.next()?, self.next()?) {
            (Token::OpenBrace, Token::Text(text), Token::CloseBrace) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let left = self.side()?;
        let Token::Word(word) = self.next()? else { return None };
        let (set_operator, word) = match self.peek()? {
            Token::Colon => {
                self.next()?;
                let Token::Word(operator) = self.next()? else { return None };
                (Some(SetOperator::parse(word)?), operator)
            }
            _ => (None, word),
        };
        let operator = Operator::parse(word)?;
        let right = self.side()?;
        // Without a set operator a comparison of several values has no meaning, so it could never hold.
        let typed = |side: Side<'a>| side.typed(operator.kind).filter(|side| set_operator.is_some() || side.has_one());
        Some(Comparison { left: typed(left)?, set_operator, operator, right: typed(right)? })
    }

    fn side(&mut self) -> Option<Side<'a>> {
        match self.next()? {
            Token::Attribute(attribute) => Some(Side::Attribute(attribute)),
            Token::OpenBrace => {
                let mut literals = Vec::new();
                loop {
                    literals.push(Literal::of(self.next()?)?);
                    match self.next()? {
                        Token::Comma => {}
                        Token::CloseBrace => return Some(Side::Literals(literals)),
                        _ => return None,
                    }
                }
            }
            token => Some(Side::Literals(vec![Literal::of(token)?])),
        }
    }

    fn peek(&self) -> Option<Token<'a>> {
        Self { left: self.left }.next()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let text = self.left.trim_ascii_start();
        let Some(first) = text.chars().next() else {
            self.left = text;
            return Some(Token::End);
        };
        let signs = [("&&", Token::And), ("||", Token::Or), ("(", Token::Open), (")", Token::Close), ("{", Token::OpenBrace)];
        let more_signs = [("}", Token::CloseBrace), (",", Token::Comma), (":", Token::Colon), ("!", Token::Not)];
        for (sign, token) in signs.into_iter().chain(more_signs) {
            if let Some(rest) = text.strip_prefix(sign) {
                self.left = rest;
                return Some(token);
            }
        }
        let (token, rest) = match first {
            '\'' => quoted(text).map(|(text, rest)| (Token::Text(text), rest))?,
            '@' => attribute(text).map(|(attribute, rest)| (Token::Attribute(attribute), rest))?,
            _ => word(text).map(|(word, rest)| (keyword(word), rest))?,
        };
        self.left = rest;
        Some(token)
    }
}

fn keyword(word: &str) -> Token<'_> {
    match word {
        _ if word.eq_ignore_ascii_case("AND") => Token::And,
        _ if word.eq_ignore_ascii_case("OR") => Token::Or,
        _ if word.eq_ignore_ascii_case("NOT") => Token::Not,
        _ => Token::Word(word),
    }
}

fn word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').unwrap_or(text.len());
    text.split_at_checked(end).filter(|(word, _)| !word.is_empty())
}

/// Reads a text in quotes: `\'` and `\\` are one letter; before any other letter a backslash stays, for `StringLike`.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut read = String::new();
    let mut rest = text.strip_prefix('\'')?.chars();
    loop {
        match rest.next()? {
            '\'' => return Some((read, rest.as_str())),
            '\\' => match rest.next()? {
                letter @ ('\'' | '\\') => read.push(letter),
                letter => read.extend(['\\', letter]),
            },
            letter => read.push(letter),
        }
    }
}

fn attribute(text: &str) -> Option<(AttributeName, &str)> {
    let (source, rest) = word(text.strip_prefix('@')?)?;
    let (name, rest) = rest.trim_ascii_start().strip_prefix('[')?.split_once(']')?;
    let name = name.trim_ascii();
    let form = [Form::ExactKey, Form::Keys].into_iter().find(|form| name.ends_with(form.marker())).unwrap_or(Form::Plain);
    let name = name.strip_suffix(form.marker())?;
    let is_name = !name.is_empty() && name.trim_ascii() == name && name.bytes().all(|it| it.is_ascii_graphic() || it == b' ');
    let is_plain = |name: &str| [Form::ExactKey, Form::Keys].into_iter().all(|form| !name.ends_with(form.marker()));
    let is_name = is_name && !name.contains(['[', '\'']) && is_plain(name);
    is_name.then_some(())?;
    Some((AttributeName { source: Source::parse(source)?, name: name.to_owned(), form }, rest))
}

/// A side of a comparison before it is known what is compared.
enum Side<'a> {
    Attribute(AttributeName),
    Literals(Vec<Literal<'a>>),
}

enum Literal<'a> {
    Text(String),
    Word(&'a str),
}

impl<'a> Literal<'a> {
    fn of(token: Token<'a>) -> Option<Self> {
        match token {
            Token::Text(text) => Some(Self::Text(text)),
            Token::Word(word) => Some(Self::Word(word)),
            _ => None,
        }
    }

    /// Only texts and times need quotes; others may have them.
    fn typed(self, kind: Kind) -> Option<Value> {
        let text = match (&self, kind) {
            (Self::Word(_), Kind::Text | Kind::DateTime) => return None,
            (Self::Word(word), _) => *word,
            (Self::Text(text), _) => text,
        };
        match kind {
            Kind::Text => Some(Value::Text(text.to_owned())),
            // A year of four digits, so that it prints as it is read.
            Kind::DateTime => Timestamp::parse(text).filter(|_| text.starts_with(|it: char| it.is_ascii_digit())).map(Value::DateTime),
            Kind::Number => text.parse().ok().map(Value::Number),
            Kind::Bool => text.to_ascii_lowercase().parse().ok().map(Value::Bool),
            Kind::Guid => Uuid::try_parse(text).ok().map(Value::Guid),
        }
    }
}

impl Side<'_> {
    fn typed(self, kind: Kind) -> Option<Operand> {
        match self {
            Self::Attribute(attribute) => Some(Operand::Attribute(attribute)),
            Self::Literals(literals) => literals.into_iter().map(|literal| literal.typed(kind)).collect::<Option<_>>().map(Operand::Values),
        }
    }
}

impl Operand {
    fn has_one(&self) -> bool {
        matches!(self, Self::Attribute(_)) || matches!(self, Self::Values(values) if values.len() == 1)
    }
}
