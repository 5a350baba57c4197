//! Conditions as this package knows them: a tree, its text for the emulator, and what it says in Cedar.
//!
//! The text is dressed at random (case, spaces, parentheses, `&&` or `AND`), because the emulator has to read them all.
//! Whether a condition holds is decided in `plain.rs`, and by Cedar where `to_cedar` finds words for it.

use crate::chance::Chance;

/// A value, or one of several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Literal {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// A truth.
    Bool(bool),
    /// A GUID.
    Guid(u128),
    /// An instant, in seconds since 1970.
    Time(i64),
}

/// The values of an attribute; none means that it is missing.
pub type Values = Vec<Literal>;

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of texts.
    Text,
    /// Of numbers.
    Number,
    /// Of truths.
    Bool,
    /// Of GUIDs.
    Guid,
    /// Of instants.
    Time,
}

/// An attribute that requests may have.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// Whose it is: `Request`, `Resource`, `Principal` or `Environment`.
    pub source: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The type of its values.
    pub kind: Kind,
    /// Whether it may have several values.
    pub has_many: bool,
}

const fn attribute(source: &'static str, name: &'static str, kind: Kind, has_many: bool) -> Attribute {
    Attribute { source, name, kind, has_many }
}

/// All attributes. The last is the time, which every request has.
pub static ATTRIBUTES: [Attribute; 9] = [
    attribute("Request", "Microsoft.Authorization/roleAssignments:RoleDefinitionId", Kind::Guid, false),
    attribute("Request", "Microsoft.Authorization/roleAssignments:PrincipalType", Kind::Text, false),
    attribute("Resource", "Microsoft.Authorization/roleAssignments:PrincipalId", Kind::Guid, false),
    attribute("Resource", "Microsoft.Storage/storageAccounts/blobServices/containers:name", Kind::Text, false),
    attribute("Resource", "Microsoft.Storage/storageAccounts/blobServices/containers/metadata:colours", Kind::Text, true),
    attribute("Principal", "Level", Kind::Number, false),
    attribute("Principal", "Microsoft.Directory/CustomSecurityAttributes/Id:Engineering_Levels", Kind::Number, true),
    attribute("Environment", "isPrivateLink", Kind::Bool, false),
    attribute("Environment", "UtcNow", Kind::Time, false),
];

/// What a comparison asks of two values, before a `Not`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are the same.
    Equals,
    /// One begins with the other.
    StartsWith,
    /// One is like the other, a pattern.
    Like,
    /// One is more.
    GreaterThan,
    /// One is more, or the same.
    GreaterThanEquals,
    /// One is less.
    LessThan,
    /// One is less, or the same.
    LessThanEquals,
}

/// How many of the left and of the right values have to fit: `ForAllOfAnyValues` is all of the left, any of the right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantifier {
    /// All of the left side, or any.
    pub all_left: bool,
    /// All of the right side, or any.
    pub all_right: bool,
}

/// A comparison of an attribute with values that are written down.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The place of the attribute.
    pub attribute: usize,
    /// The values.
    pub values: Values,
    /// Whether the values stand on the left.
    pub is_turned: bool,
    /// What is asked.
    pub relation: Relation,
    /// Whether the operator has a `Not` in its name.
    pub is_not: bool,
    /// Whether the operator ends in `IgnoreCase`.
    pub ignores_case: bool,
    /// How many values have to fit.
    pub quantifier: Option<Quantifier>,
}

/// A condition.
#[derive(Clone, Debug)]
pub enum Condition {
    /// All of them.
    All(Vec<Condition>),
    /// Any of them.
    Any(Vec<Condition>),
    /// The opposite.
    Not(Box<Condition>),
    /// The action is like this.
    Action(String),
    /// The suboperation is this.
    SubOperation(String),
    /// The attribute is there.
    Exists(usize),
    /// A comparison.
    Compare(Comparison),
}

impl Condition {
    /// Returns the text, dressed at random.
    pub fn text(&self, chance: &mut Chance) -> String {
        match self {
            Self::All(terms) => join(terms, ["AND", "&&", "and"], chance),
            Self::Any(terms) => join(terms, ["OR", "||", "or"], chance),
            Self::Not(term) => format!("{}({})", chance.of_these(&["!", "NOT ", "not", "! "]), term.text(chance)),
            Self::Action(pattern) => format!("{}{{'{}'}}", chance.cased("ActionMatches"), chance.cased(pattern)),
            Self::SubOperation(name) => format!("{} {{ '{}' }}", chance.cased("SubOperationMatches"), chance.cased(name)),
            Self::Exists(attribute) => format!("Exists {}", attribute_text(*attribute, chance)),
            Self::Compare(comparison) => comparison.text(chance),
        }
    }
}

fn join(terms: &[Condition], words: [&str; 3], chance: &mut Chance) -> String {
    let word = words[chance.below(3)];
    let terms: Vec<String> = terms.iter().map(|term| format!("({})", term.text(chance))).collect();
    let joined = terms.join(&format!("\n {word} "));
    if chance.percent(50) { format!("( {joined} )") } else { joined }
}

fn attribute_text(place: usize, chance: &mut Chance) -> String {
    let Attribute { source, name, .. } = ATTRIBUTES[place];
    format!("@{}[{}]", chance.cased(source), chance.cased(name))
}

impl Comparison {
    fn kind(&self) -> Kind {
        ATTRIBUTES[self.attribute].kind
    }

    fn text(&self, chance: &mut Chance) -> String {
        let attribute = attribute_text(self.attribute, chance);
        let values: Vec<String> = self.values.iter().map(|value| literal_text(value, chance)).collect();
        let in_braces = self.quantifier.is_some() && (values.len() > 1 || chance.percent(70));
        let values = if in_braces { format!("{{{}}}", values.join(", ")) } else { values.join("") };
        let operator = chance.cased(&self.operator());
        if self.is_turned { format!("{values} {operator} {attribute}") } else { format!("{attribute} {operator} {values}") }
    }

    fn operator(&self) -> String {
        let set = self.quantifier.map_or(String::new(), |Quantifier { all_left, all_right }| {
            let word = |all| if all { "All" } else { "Any" };
            format!("For{}Of{}Values:", word(all_left), word(all_right))
        });
        let kind = match self.kind() {
            Kind::Text => "String",
            Kind::Number => "Numeric",
            Kind::Bool => "Bool",
            Kind::Guid => "Guid",
            Kind::Time => "DateTime",
        };
        let relation = format!("{:?}", self.relation);
        format!("{set}{kind}{}{relation}{}", if self.is_not { "Not" } else { "" }, if self.ignores_case { "IgnoreCase" } else { "" })
    }

    /// Returns what Cedar calls the same, if it has words for it. `key` is the attribute in the request's record.
    fn to_cedar(&self, key: &str) -> Option<String> {
        let has_words = !self.values.iter().any(|it| matches!(it, Literal::Text(text) if self.is_beyond_cedar(text)));
        has_words.then_some(())?;
        let attribute = format!("context.attributes[\"{key}\"]");
        let all: Vec<String> = self.values.iter().map(literal_cedar).collect();
        if !ATTRIBUTES[self.attribute].has_many {
            let all_values = match self.quantifier {
                None => false,
                Some(it) => {
                    if self.is_turned {
                        it.all_left
                    } else {
                        it.all_right
                    }
                }
            };
            let each: Option<Vec<String>> = all.iter().map(|value| self.one(&attribute, value)).collect();
            return each.map(|each| each.join(if all_values { " && " } else { " || " }));
        }
        let Quantifier { all_left, all_right } = self.quantifier?;
        let all = format!("[{}]", all.join(", "));
        match (self.relation, self.is_not, all_left, all_right, self.is_turned) {
            (Relation::Equals, false, false, false, _) => Some(format!("{attribute}.containsAny({all})")),
            (Relation::Equals, false, true, false, false) => Some(format!("{all}.containsAll({attribute})")),
            (Relation::Equals, false, true, false, true) => Some(format!("{attribute}.containsAll({all})")),
            (Relation::Equals, true, true, true, _) => Some(format!("!{attribute}.containsAny({all})")),
            _ => None,
        }
    }

    fn one(&self, attribute: &str, value: &str) -> Option<String> {
        let not = if self.is_not { "!" } else { "" };
        let compared = match (self.relation, self.is_turned) {
            (Relation::Equals, _) => format!("({attribute} == {value})"),
            (Relation::StartsWith, false) => format!("({attribute} like \"{}*\")", value.trim_matches('"').replace('*', "\\*")),
            (Relation::Like, false) => format!("({attribute} like {value})"),
            (Relation::StartsWith | Relation::Like, true) => return None,
            (Relation::GreaterThan, false) | (Relation::LessThan, true) => format!("({attribute} > {value})"),
            (Relation::GreaterThanEquals, false) | (Relation::LessThanEquals, true) => format!("({attribute} >= {value})"),
            (Relation::LessThan, false) | (Relation::GreaterThan, true) => format!("({attribute} < {value})"),
            (Relation::LessThanEquals, false) | (Relation::GreaterThanEquals, true) => format!("({attribute} <= {value})"),
        };
        Some(format!("{not}{compared}"))
    }

    /// Cedar gets all text in lower case, has no sign for one letter, and only `like` has signs at all.
    fn is_beyond_cedar(&self, text: &str) -> bool {
        let depends_on_case = !self.ignores_case && text.chars().any(char::is_uppercase);
        depends_on_case || text.contains('\\') || (self.relation == Relation::Like && text.contains('?'))
    }
}

fn literal_text(literal: &Literal, chance: &mut Chance) -> String {
    match literal {
        Literal::Text(text) => format!("'{}'", text.replace('\\', "\\\\")),
        Literal::Number(number) => number.to_string(),
        Literal::Bool(truth) => chance.cased(&truth.to_string()),
        Literal::Guid(guid) => {
            let guid = uuid::Uuid::from_u128(*guid);
            chance.of_these(&[guid.to_string(), guid.simple().to_string(), format!("'{guid}'"), guid.to_string().to_uppercase()]).clone()
        }
        Literal::Time(seconds) => format!("'{}'", time_text(*seconds)),
    }
}

/// Returns an instant of the first of January 2030 as text.
fn time_text(seconds: i64) -> String {
    let of_day = seconds - NEW_YEAR_2030;
    format!("2030-01-01T{:02}:{:02}:{:02}.000Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// 2030-01-01T00:00:00Z in seconds; all instants are of this day.
pub const NEW_YEAR_2030: i64 = 1_893_456_000;

/// Returns a value as Cedar writes it, in lower case.
pub fn literal_cedar(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => format!("\"{}\"", text.to_lowercase()),
        Literal::Number(number) => number.to_string(),
        Literal::Bool(truth) => truth.to_string(),
        Literal::Guid(guid) => format!("\"{}\"", uuid::Uuid::from_u128(*guid)),
        Literal::Time(seconds) => format!("datetime(\"{}\")", time_text(*seconds)),
    }
}

/// Returns the key of an attribute in the record of a request.
pub fn key(place: usize) -> String {
    let Attribute { source, name, .. } = ATTRIBUTES[place];
    format!("{source}|{name}").to_lowercase()
}

/// Returns the condition in Cedar's words, if it has any for it. Each comparison asks first whether the attribute is
/// there, because Cedar takes a missing one for a mistake.
pub fn to_cedar(condition: &Condition) -> Option<String> {
    let each = |terms: &[Condition], word: &str| {
        let terms: Option<Vec<String>> = terms.iter().map(to_cedar).collect();
        terms.map(|terms| format!("({})", terms.join(word)))
    };
    match condition {
        Condition::All(terms) => each(terms, " && "),
        Condition::Any(terms) => each(terms, " || "),
        Condition::Not(term) => to_cedar(term).map(|term| format!("(!{term})")),
        Condition::Action(pattern) => Some(format!("(context.action like \"{}\")", pattern.to_lowercase())),
        Condition::SubOperation(name) => Some(format!("(context has sub && context.sub == \"{}\")", name.to_lowercase())),
        Condition::Exists(place) => Some(format!("(context.attributes has \"{}\")", key(*place))),
        Condition::Compare(comparison) => {
            let key = key(comparison.attribute);
            let compared = comparison.to_cedar(&key)?;
            Some(format!("(context.attributes has \"{key}\" && ({compared}))"))
        }
    }
}
