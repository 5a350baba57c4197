//! `$filter` of resource and group lists: what it may say, and whether a resource fits it.
//!
//! `eq`, `ne`, `and`, `or`, parentheses, `startswith` and `substringof` over the properties of `arm-wire` 3.3, words in
//! any case. Tags cannot be mixed with other properties. An empty filter is fine; a type that nobody has is not an error.
//! Follows <https://learn.microsoft.com/rest/api/resources/resources/list>.

use crate::fault::Fault;
use crate::resources::location;
use crate::rules::arm;
use crate::world::{Document, TrackedResource};
use serde_json::Value;

/// How deep parentheses may nest. Our own bound: a filter is read by recursion.
const DEPTH_MAX: usize = 50;

/// A filter that was understood.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    expression: Expression,
    about_tags: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// Lists and not pairs: a chain of thousands must not nest.
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Equals(Property, Option<String>),
    Differs(Property, Option<String>),
    StartsWith(Property, String),
    Contains(Property, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    ResourceType,
    Name,
    ResourceGroup,
    Location,
    Identity,
    PrincipalId,
    /// None of the resources that we serve has a plan.
    Plan,
    TagName,
    TagValue,
}

impl Property {
    fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "resourcetype" => Self::ResourceType,
            "name" => Self::Name,
            "resourcegroup" => Self::ResourceGroup,
            "location" => Self::Location,
            "identity" => Self::Identity,
            "identity/principalid" => Self::PrincipalId,
            "plan" | "plan/publisher" | "plan/product" | "plan/name" | "plan/version" | "plan/promotioncode" => Self::Plan,
            "tagname" => Self::TagName,
            "tagvalue" => Self::TagValue,
            _ => return None,
        })
    }

    const fn is_tag(self) -> bool {
        matches!(self, Self::TagName | Self::TagValue)
    }

    /// The form in which values of the property compare: tag values with case, all others without.
    fn comparable(self, text: &str) -> String {
        match self {
            Self::TagValue => text.to_owned(),
            Self::Location => location::normalised(text),
            _ => text.to_lowercase(),
        }
    }
}

impl Filter {
    /// Reads the filter of a list of resources; none when it is empty.
    ///
    /// # Errors
    /// `InvalidFilterInQueryString`.
    pub fn of_resources(text: &str) -> Result<Option<Self>, Fault> {
        Self::parse(text)
    }

    /// Reads the filter of the list of groups, which knows tags only; none when it is empty.
    ///
    /// # Errors
    /// `InvalidFilterInQueryString`.
    pub fn of_resource_groups(text: &str) -> Result<Option<Self>, Fault> {
        match Self::parse(text)? {
            Some(filter) if !filter.about_tags => Err(arm::invalid_filter(text)),
            filter => Ok(filter),
        }
    }

    fn parse(text: &str) -> Result<Option<Self>, Fault> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let tokens = tokens(text).ok_or_else(|| arm::invalid_filter(text))?;
        let mut reader = Reader { tokens: &tokens, seen: Vec::new() };
        let expression = reader.either(0).filter(|_| reader.tokens.is_empty()).ok_or_else(|| arm::invalid_filter(text))?;
        let about_tags = reader.seen.iter().any(|property| property.is_tag());
        if about_tags && !reader.seen.iter().all(|property| property.is_tag()) {
            return Err(arm::invalid_filter(text));
        }
        Ok(Some(Self { expression, about_tags }))
    }

    /// Returns whether it asks for tags: then the list shows none and expands nothing.
    pub const fn is_about_tags(&self) -> bool {
        self.about_tags
    }

    /// Returns whether a resource fits.
    pub fn fits(&self, resource: &TrackedResource) -> bool {
        if self.about_tags {
            return self.fits_tags(resource.tags.as_ref());
        }
        self.expression.holds(&|property| of_resource(resource, property))
    }

    /// Returns whether one of the tags fits.
    pub fn fits_tags(&self, tags: Option<&Document>) -> bool {
        tags.into_iter().flatten().any(|(name, value)| {
            self.expression.holds(&|property| match property {
                Property::TagName => Some(name.clone()),
                Property::TagValue => value.as_str().map(str::to_owned),
                _ => None,
            })
        })
    }
}

fn of_resource(resource: &TrackedResource, property: Property) -> Option<String> {
    let identity = |name: &str| resource.identity.as_ref().and_then(|it| it.get(name)).and_then(Value::as_str).map(str::to_owned);
    match property {
        Property::ResourceType => Some(resource.resource_type.to_owned()),
        Property::Name => Some(resource.id.names().join("/")),
        Property::ResourceGroup => resource.id.resource_group().map(str::to_owned),
        Property::Location => Some(resource.location.clone()),
        Property::Identity => identity("type"),
        Property::PrincipalId => identity("principalId"),
        Property::Plan | Property::TagName | Property::TagValue => None,
    }
}

impl Expression {
    fn holds(&self, value_of: &impl Fn(Property) -> Option<String>) -> bool {
        let known = |property: Property| value_of(property).map(|text| property.comparable(&text));
        match self {
            Self::All(each) => each.iter().all(|it| it.holds(value_of)),
            Self::Any(each) => each.iter().any(|it| it.holds(value_of)),
            Self::Equals(property, wanted) => known(*property) == *wanted,
            Self::Differs(property, unwanted) => known(*property) != *unwanted,
            Self::StartsWith(property, start) => known(*property).is_some_and(|text| text.starts_with(start)),
            Self::Contains(property, part) => known(*property).is_some_and(|text| text.contains(part)),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Open,
    Close,
    Comma,
    Word(String),
    Text(String),
}

/// Cuts a filter into words, quoted texts (a doubled quote is a quote) and punctuation; `None` when a quote is left open.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let (mut tokens, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            '\'' => quoted(rest)?,
            _ => {
                let end = rest.find(|character: char| character.is_whitespace() || "(),'".contains(character)).unwrap_or(rest.len());
                (Token::Word(rest.get(..end)?.to_owned()), end)
            }
        };
        tokens.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

fn quoted(rest: &str) -> Option<(Token, usize)> {
    let (mut text, mut at) = (String::new(), 1);
    loop {
        let end = at + rest.get(at..)?.find('\'')?;
        text.push_str(rest.get(at..end)?);
        if !rest.get(end + 1..)?.starts_with('\'') {
            return Some((Token::Text(text), end + 1));
        }
        text.push('\'');
        at = end + 2;
    }
}

/// Reads an expression; `None` wherever it is not one.
struct Reader<'a> {
    tokens: &'a [Token],
    seen: Vec<Property>,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let takes = matches!(self.tokens.first(), Some(Token::Word(found)) if found.eq_ignore_ascii_case(word));
        if takes {
            self.next();
        }
        takes
    }

    fn takes(&mut self, token: &Token) -> Option<()> {
        (self.next()? == *token).then_some(())
    }

    fn either(&mut self, depth: usize) -> Option<Expression> {
        let mut found = vec![self.both(depth)?];
        while self.takes_word("or") {
            found.push(self.both(depth)?);
        }
        Some(Expression::Any(found))
    }

    fn both(&mut self, depth: usize) -> Option<Expression> {
        let mut found = vec![self.one(depth)?];
        while self.takes_word("and") {
            found.push(self.one(depth)?);
        }
        Some(Expression::All(found))
    }

    fn one(&mut self, depth: usize) -> Option<Expression> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.next()? {
            Token::Open => {
                let inner = self.either(depth + 1)?;
                self.takes(&Token::Close)?;
                Some(inner)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("startswith") => self.starts_with(),
            Token::Word(word) if word.eq_ignore_ascii_case("substringof") => self.substring_of(),
            Token::Word(word) => self.comparison(&word),
            _ => None,
        }
    }

    fn comparison(&mut self, word: &str) -> Option<Expression> {
        let property = self.property(word)?;
        let Token::Word(operator) = self.next()? else { return None };
        let value = match self.next()? {
            Token::Text(text) => Some(property.comparable(&text)),
            Token::Word(word) if word.eq_ignore_ascii_case("null") => None,
            _ => return None,
        };
        match operator.to_ascii_lowercase().as_str() {
            "eq" => Some(Expression::Equals(property, value)),
            "ne" => Some(Expression::Differs(property, value)),
            _ => None,
        }
    }

    fn starts_with(&mut self) -> Option<Expression> {
        self.takes(&Token::Open)?;
        let Token::Word(word) = self.next()? else { return None };
        let property = self.property(&word)?;
        self.takes(&Token::Comma)?;
        let Token::Text(start) = self.next()? else { return None };
        self.takes(&Token::Close)?;
        self.is_true()?;
        Some(Expression::StartsWith(property, property.comparable(&start)))
    }

    fn substring_of(&mut self) -> Option<Expression> {
        self.takes(&Token::Open)?;
        let Token::Text(part) = self.next()? else { return None };
        self.takes(&Token::Comma)?;
        let Token::Word(word) = self.next()? else { return None };
        let property = self.property(&word)?;
        self.takes(&Token::Close)?;
        self.is_true()?;
        Some(Expression::Contains(property, property.comparable(&part)))
    }

    /// A function may be followed by `eq true`.
    fn is_true(&mut self) -> Option<()> {
        if self.takes_word("eq") && !self.takes_word("true") { None } else { Some(()) }
    }

    fn property(&mut self, word: &str) -> Option<Property> {
        let property = Property::named(word)?;
        self.seen.push(property);
        Some(property)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource_id::ResourceId;
    use crate::timestamp::Timestamp;
    use serde_json::json;

    fn factory() -> TrackedResource {
        TrackedResource {
            id: ResourceId::parse("/subscriptions/s/resourceGroups/Rg1/providers/Microsoft.DataFactory/factories/Adf-O'Neil").unwrap(),
            resource_type: "Microsoft.DataFactory/factories",
            read_action: "Microsoft.DataFactory/factories/read",
            location: "eastus2".to_owned(),
            identity: Some(json!({ "type": "SystemAssigned", "principalId": "ABC" })),
            tags: json!({ "Env": "Prod", "team": "data" }).as_object().cloned(),
            created_on: Timestamp::default(),
            changed_on: Timestamp::default(),
        }
    }

    fn fits(text: &str) -> bool {
        Filter::of_resources(text).unwrap().unwrap().fits(&factory())
    }

    #[test]
    fn comparisons_functions_and_precedence() {
        assert!(fits("resourceGroup eq 'RG1' and resourceType EQ 'microsoft.datafactory/factories'"));
        assert!(fits("name eq 'adf-o''neil'"));
        assert!(fits("location eq 'East US 2'") && !fits("location ne 'eastus2'"));
        assert!(fits("startswith(name,'adf')") && fits("substringof('NEIL', name) eq true"));
        assert!(fits("name eq 'x' and name eq 'y' or resourceGroup eq 'rg1'"));
        assert!(!fits("name eq 'x' and (name eq 'y' or resourceGroup eq 'rg1')"));
        assert!(fits("identity eq 'SystemAssigned'") && fits("identity/principalId eq 'abc'") && fits("plan eq null"));
        assert!(!fits("resourceType eq 'Microsoft.Nothing/things'"));
    }

    #[test]
    fn tags_compare_names_without_and_values_with_case() {
        assert!(fits("tagName eq 'env' and tagValue eq 'Prod'"));
        assert!(!fits("tagname eq 'env' and tagvalue eq 'prod'"));
        assert!(!fits("tagName eq 'env' and tagValue eq 'data'"));
        assert!(fits("startswith(tagName,'te')"));
    }

    #[test]
    fn what_is_no_filter_is_refused_and_nothing_is_fine() {
        let deep = format!("{}name eq 'x'{}", "(".repeat(1_000), ")".repeat(1_000));
        let wrong = ["name", "name eq", "name eq x", "name like 'x'", "size eq 'x'", "name eq 'x", "(name eq 'x'", "name eq 'x')", &deep];
        for text in wrong {
            assert!(Filter::of_resources(text).is_err(), "{text}");
        }
        assert!(Filter::of_resources("tagName eq 'a' and name eq 'b'").is_err());
        assert!(Filter::of_resource_groups("name eq 'b'").is_err());
        assert_eq!(Filter::of_resources("  ").unwrap(), None);
        assert!(fits(&vec!["resourceGroup eq 'rg1'"; 100_000].join(" or ")));
    }
}
