//! `$filter` of Microsoft Graph: comparisons, `startswith`, `endswith`, `in`, `any`, joined by `and`, `or`, `not`.
//!
//! Text that is no filter at all is told from a filter that is not emulated. Values compare without case, as Graph does.
//! Some operators are answered only to requests that accept eventual consistency. Forms: `client-connection` 4 and 7;
//! <https://learn.microsoft.com/graph/filter-query-parameter>.

use adf_emulator_core::world::Document;
use serde_json::Value;
use std::cmp::Ordering;

/// How deep brackets and `not` may nest.
const LEVELS_MAX: usize = 32;

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// One of them.
    Or(Box<Filter>, Box<Filter>),
    /// Not this.
    Not(Box<Filter>),
    /// A test of one property.
    Test {
        /// The property; of nested ones all names.
        property: Vec<String>,
        /// Whether one of its values has to pass.
        any: bool,
        /// What it has to be.
        test: Test,
    },
}

/// What a value has to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Equal to this.
    Equals(Value),
    /// Not equal to this.
    Differs(Value),
    /// Before or after this, as `allowed` says.
    Compares {
        /// What it is compared with.
        to: String,
        /// The outcomes that pass.
        allowed: [Option<Ordering>; 2],
    },
    /// One of these.
    In(Vec<Value>),
    /// Text that begins with this.
    StartsWith(String),
    /// Text that ends with this.
    EndsWith(String),
}

/// Why a text is not a filter that we have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoFilter {
    /// It is no filter.
    Malformed,
    /// Graph may well have it.
    NotEmulated,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// For text that is none, and for what is not emulated.
    pub fn parse(text: &str) -> Result<Self, NoFilter> {
        let tokens = tokens(text)?;
        let mut reader = Reader { tokens: &tokens, levels: 0 };
        let filter = reader.either()?;
        if reader.tokens.is_empty() { Ok(filter) } else { Err(NoFilter::NotEmulated) }
    }

    /// Returns whether an object meets it.
    pub fn admits(&self, object: &Document) -> bool {
        match self {
            Self::And(one, other) => one.admits(object) && other.admits(object),
            Self::Or(one, other) => one.admits(object) || other.admits(object),
            Self::Not(inner) => !inner.admits(object),
            Self::Test { property, any, test } => {
                let value = value_of(object, property);
                if *any { value.as_array().is_some_and(|values| values.iter().any(|it| test.passes(it))) } else { test.passes(value) }
            }
        }
    }

    /// Returns the first names of all properties that it is about.
    pub fn properties(&self) -> Vec<&str> {
        match self {
            Self::And(one, other) | Self::Or(one, other) => [one.properties(), other.properties()].concat(),
            Self::Not(inner) => inner.properties(),
            Self::Test { property, .. } => property.first().map(String::as_str).into_iter().collect(),
        }
    }

    /// Returns the operator that only eventual consistency has, if there is one.
    pub fn advanced(&self) -> Option<&'static str> {
        match self {
            Self::And(one, other) | Self::Or(one, other) => one.advanced().or_else(|| other.advanced()),
            Self::Not(_) => Some("Not"),
            Self::Test { test: Test::Differs(_), .. } => Some("NotEquals"),
            Self::Test { test: Test::EndsWith(_), .. } => Some("endsWith"),
            Self::Test { .. } => None,
        }
    }

    /// Returns property and text of a filter that is one equation of texts, also of one of several values.
    pub fn equation(&self) -> Option<(&str, &str)> {
        match self {
            Self::Test { property, test: Test::Equals(Value::String(text)), .. } => match property.as_slice() {
                [name] => Some((name, text)),
                _ => None,
            },
            _ => None,
        }
    }
}

impl Test {
    fn passes(&self, value: &Value) -> bool {
        let text = || value.as_str().map(str::to_lowercase);
        match self {
            Self::Equals(wanted) => equals(value, wanted),
            Self::Differs(wanted) => !equals(value, wanted),
            Self::In(wanted) => wanted.iter().any(|it| equals(value, it)),
            Self::StartsWith(start) => text().is_some_and(|text| text.starts_with(&start.to_lowercase())),
            Self::EndsWith(end) => text().is_some_and(|text| text.ends_with(&end.to_lowercase())),
            Self::Compares { to, allowed } => text().is_some_and(|text| allowed.contains(&Some(text.cmp(&to.to_lowercase())))),
        }
    }
}

fn equals(value: &Value, wanted: &Value) -> bool {
    match (value.as_str(), wanted.as_str()) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => value == wanted,
    }
}

fn value_of<'a>(object: &'a Document, property: &[String]) -> &'a Value {
    let member = |object: &'a Document, name: &String| object.iter().find(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let Some((first, rest)) = property.split_first() else { return &Value::Null };
    let value = member(object, first);
    rest.iter().fold(value, |value, name| value.and_then(Value::as_object).and_then(|it| member(it, name))).unwrap_or(&Value::Null)
}

/// A word, a mark or a literal.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Mark(char),
    Text(String),
}

fn tokens(text: &str) -> Result<Vec<Token>, NoFilter> {
    let mut found = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            ' ' | '\t' => {}
            '(' | ')' | ',' | ':' | '/' => found.push(Token::Mark(next)),
            '\'' => {
                let mut literal = String::new();
                loop {
                    match rest.next() {
                        // Two quotes stand for one.
                        Some('\'') if rest.peek() == Some(&'\'') => literal.extend(rest.next()),
                        Some('\'') => break,
                        Some(inner) => literal.push(inner),
                        None => return Err(NoFilter::Malformed),
                    }
                }
                found.push(Token::Text(literal));
            }
            first => {
                let mut word = String::from(first);
                let is_inner = |it: &char| !matches!(it, ' ' | '\t' | '(' | ')' | ',' | '/' | '\'');
                while let Some(inner) = rest.next_if(|it| is_inner(it) && (*it != ':' || word.starts_with(|it: char| it.is_ascii_digit())))
                {
                    word.push(inner);
                }
                found.push(Token::Word(word));
            }
        }
    }
    if found.is_empty() { Err(NoFilter::Malformed) } else { Ok(found) }
}

/// Reads tokens by what binds least first.
struct Reader<'a> {
    tokens: &'a [Token],
    levels: usize,
}

impl Reader<'_> {
    fn either(&mut self) -> Result<Filter, NoFilter> {
        let mut filter = self.both()?;
        while self.takes_word("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.both()?));
        }
        Ok(filter)
    }

    fn both(&mut self) -> Result<Filter, NoFilter> {
        let mut filter = self.single()?;
        while self.takes_word("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.single()?));
        }
        Ok(filter)
    }

    fn single(&mut self) -> Result<Filter, NoFilter> {
        self.levels += 1;
        if self.levels > LEVELS_MAX {
            return Err(NoFilter::Malformed);
        }
        let filter = match self.tokens {
            [Token::Word(word), ..] if word.eq_ignore_ascii_case("not") => {
                self.skip(1);
                Ok(Filter::Not(Box::new(self.single()?)))
            }
            [Token::Mark('('), ..] => {
                self.skip(1);
                let inner = self.either()?;
                self.takes_mark(')')?;
                Ok(inner)
            }
            _ => self.test(None),
        };
        self.levels -= 1;
        filter
    }

    /// Reads a test; inside `any` its variable stands for the property.
    fn test(&mut self, variable: Option<&str>) -> Result<Filter, NoFilter> {
        if let [Token::Word(function), Token::Mark('('), ..] = self.tokens {
            let function = function.to_ascii_lowercase();
            if !["startswith", "endswith"].contains(&function.as_str()) {
                return Err(NoFilter::NotEmulated);
            }
            self.skip(2);
            let property = self.property(variable)?;
            self.takes_mark(',')?;
            let text = self.text()?;
            self.takes_mark(')')?;
            let test = if function == "startswith" { Test::StartsWith(text) } else { Test::EndsWith(text) };
            return Ok(Filter::Test { property, any: false, test });
        }
        let property = self.property(variable)?;
        if let ([.., last], [Token::Mark('('), ..]) = (property.as_slice(), self.tokens) {
            if property.len() < 2 || !last.eq_ignore_ascii_case("any") {
                return Err(NoFilter::NotEmulated);
            }
            return self.any(property);
        }
        let test = self.comparison()?;
        Ok(Filter::Test { property, any: false, test })
    }

    /// Reads the rest of `property/any(variable:test)`.
    fn any(&mut self, mut property: Vec<String>) -> Result<Filter, NoFilter> {
        property.pop();
        self.takes_mark('(')?;
        let variable = match self.tokens {
            [Token::Word(variable), Token::Mark(':'), ..] => variable.clone(),
            _ => return Err(NoFilter::Malformed),
        };
        self.skip(2);
        let inner = self.test(Some(&variable))?;
        self.takes_mark(')')?;
        match inner {
            Filter::Test { property: of_variable, any: false, test } if of_variable.is_empty() => {
                Ok(Filter::Test { property, any: true, test })
            }
            _ => Err(NoFilter::NotEmulated),
        }
    }

    /// Reads a property with its nested names; the variable of `any` is nothing but itself.
    fn property(&mut self, variable: Option<&str>) -> Result<Vec<String>, NoFilter> {
        let mut names = Vec::new();
        while let [Token::Word(name), rest @ ..] = self.tokens {
            names.push(name.clone());
            self.tokens = rest;
            match rest {
                [Token::Mark('/'), ..] => self.skip(1),
                _ => break,
            }
        }
        let is_name =
            |name: &String| name.starts_with(|it: char| it.is_ascii_alphabetic()) && name.bytes().all(|it| it.is_ascii_alphanumeric());
        match (variable, names.as_slice()) {
            (_, []) => Err(NoFilter::Malformed),
            (Some(variable), [name]) if name == variable => Ok(Vec::new()),
            (Some(_), _) => Err(NoFilter::NotEmulated),
            (None, names) if names.iter().all(is_name) => Ok(names.to_vec()),
            (None, _) => Err(NoFilter::NotEmulated),
        }
    }

    fn comparison(&mut self) -> Result<Test, NoFilter> {
        let [Token::Word(operator), rest @ ..] = self.tokens else { return Err(NoFilter::NotEmulated) };
        self.tokens = rest;
        let compares = |to: Value, allowed| match to {
            Value::String(to) => Ok(Test::Compares { to, allowed }),
            _ => Err(NoFilter::NotEmulated),
        };
        match operator.to_ascii_lowercase().as_str() {
            "eq" => self.literal().map(Test::Equals),
            "ne" => self.literal().map(Test::Differs),
            "lt" => compares(self.literal()?, [Some(Ordering::Less), None]),
            "le" => compares(self.literal()?, [Some(Ordering::Less), Some(Ordering::Equal)]),
            "gt" => compares(self.literal()?, [Some(Ordering::Greater), None]),
            "ge" => compares(self.literal()?, [Some(Ordering::Greater), Some(Ordering::Equal)]),
            "in" => {
                self.takes_mark('(')?;
                let mut values = vec![self.literal()?];
                while self.tokens.first() == Some(&Token::Mark(',')) {
                    self.skip(1);
                    values.push(self.literal()?);
                }
                self.takes_mark(')')?;
                Ok(Test::In(values))
            }
            _ => Err(NoFilter::NotEmulated),
        }
    }

    fn literal(&mut self) -> Result<Value, NoFilter> {
        let value = match self.tokens.first() {
            Some(Token::Text(text)) => Value::String(text.clone()),
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" => Value::Null,
                // Instants and ids stand without quotes.
                _ => Value::String(word.clone()),
            },
            _ => return Err(NoFilter::Malformed),
        };
        self.skip(1);
        Ok(value)
    }

    fn text(&mut self) -> Result<String, NoFilter> {
        match self.literal()? {
            Value::String(text) => Ok(text),
            _ => Err(NoFilter::Malformed),
        }
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let is_there = matches!(self.tokens.first(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if is_there {
            self.skip(1);
        }
        is_there
    }

    fn takes_mark(&mut self, wanted: char) -> Result<(), NoFilter> {
        let is_there = self.tokens.first() == Some(&Token::Mark(wanted));
        self.skip(1);
        if is_there { Ok(()) } else { Err(NoFilter::Malformed) }
    }

    fn skip(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn admits(filter: &str) -> Result<bool, NoFilter> {
        let object = json!({ "displayName": "O'Neil's", "appId": "ABC", "servicePrincipalNames": ["abc", "api://x"], "accountEnabled": true,
            "mail": null, "createdDateTime": "2026-11-22T03:00:00Z", "web": { "homePageUrl": "https://a/b" } });
        Filter::parse(filter).map(|filter| filter.admits(object.as_object().unwrap()))
    }

    #[test]
    fn the_forms_that_clients_send_are_understood() {
        for (filter, expected) in [
            ("appId eq 'abc'", true),
            ("  appid  EQ  'abc' ", true),
            ("appId eq 'ab'", false),
            ("displayName eq 'o''neil''s'", true),
            ("startswith(displayName,'o''ne')", true),
            ("startsWith( displayName , 'neil')", false),
            ("endswith(displayName,'L''S')", true),
            ("servicePrincipalNames/any(c:c eq 'api://X')", true),
            ("servicePrincipalNames/any(c: c eq 'abc')", true),
            ("servicePrincipalNames/any(name:name eq 'none')", false),
            ("servicePrincipalNames/any(x:startswith(x,'api:'))", true),
            ("mail eq 'a/b'", false),
            ("mail eq null and accountEnabled eq true", true),
            ("accountEnabled eq false or startswith(displayName,'x')", false),
            ("not(appId eq 'abc')", false),
            ("not startswith(displayName,'x') and (appId eq 'x' or appId eq 'abc')", true),
            ("appId in ('x','ABC')", true),
            ("appId ne 'abc'", false),
            ("createdDateTime ge 2026-11-22T03:00:00Z", true),
            ("createdDateTime lt 2026-11-22T03:00:00Z", false),
            ("web/homePageUrl eq 'https://a/b'", true),
        ] {
            assert_eq!(admits(filter), Ok(expected), "{filter}");
        }
    }

    #[test]
    fn others_are_told_apart() {
        for filter in ["", "appId eq 'abc", "startswith(displayName)", "names/any(c eq 'x')", "(appId eq 'a'", "appId eq", &"(".repeat(99)]
        {
            assert_eq!(admits(filter), Err(NoFilter::Malformed), "{filter}");
        }
        for filter in [
            "names/any(c:d eq 'x')",
            "names/all(c:c eq 'x')",
            "nonsense",
            "appId has 'x'",
            "contains(mail,'x')",
            "appId eq 'a' 'b'",
            "a$b eq 'c'",
        ] {
            assert_eq!(admits(filter), Err(NoFilter::NotEmulated), "{filter}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC*", close in "[a-z/():' ,=é]{0,24}") {
            let _ = (admits(&text), admits(&close));
        }

        #[test]
        fn a_value_is_found_as_it_was_written(value in "\\PC{0,12}") {
            let object = json!({ "displayName": value });
            let filter = Filter::parse(&format!("displayName eq '{}'", value.replace('\'', "''"))).unwrap();
            proptest::prop_assert!(filter.admits(object.as_object().unwrap()));
        }
    }
}
