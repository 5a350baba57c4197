//! Conditions of permissions and of role assignments.
//!
//! They are kept as written. Attributes are not evaluated: a comparison may turn out either way.
//! So a condition counts as met only where it is true whichever way its comparisons turn out, in
//! practice where it guards other actions than the one asked (`!(ActionMatches{'…'}) OR …`).
//! Everything else fails closed, and whatever is granted here a full evaluation grants as well.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/conditions-format>.

use std::borrow::Cow;

use crate::action::Pattern;

/// How deep parentheses and negations may nest; what is deeper is not read and grants nothing.
/// The documentation names no bound; this one protects the stack.
const DEPTH_MAX: usize = 64;

/// A condition as its author wrote it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The expression.
    pub text: Cow<'static, str>,
    /// The version of the language it is written in, `2.0`.
    pub version: Cow<'static, str>,
}

impl Condition {
    /// Makes a condition that is known when the program is built.
    pub const fn known(text: &'static str, version: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), version: Cow::Borrowed(version) }
    }

    /// Returns whether the condition is met for this action whatever the attributes are. A text
    /// that is not a condition never is.
    pub fn is_met_regardless(&self, action: &str) -> bool {
        self.truth(action) == Some(Truth::True)
    }

    /// Returns whether the text is an expression.
    pub fn can_be_read(&self) -> bool {
        self.truth("").is_some()
    }

    fn truth(&self, action: &str) -> Option<Truth> {
        let mut reader = Reader { left: &self.text, action };
        let truth = reader.expression(DEPTH_MAX)?;
        (reader.next()? == Token::End).then_some(truth)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    Not,
    And,
    Or,
    Word(&'a str),
    Braces(&'a str),
    /// A text in quotes or the name of an attribute: its content does not matter here.
    Value,
    End,
}

/// Reads an expression from left to right; `None` means that it is none.
struct Reader<'a> {
    left: &'a str,
    action: &'a str,
}

impl<'a> Reader<'a> {
    fn expression(&mut self, depth: usize) -> Option<Truth> {
        let mut truth = self.term(depth)?;
        let mut joined_by = None;
        loop {
            let before = self.left;
            let token = self.next()?;
            if !matches!(token, Token::And | Token::Or) {
                self.left = before;
                return Some(truth);
            }
            // AND and OR side by side need parentheses; without them the text has no one meaning.
            if joined_by.is_some_and(|earlier| earlier != token) {
                return None;
            }
            joined_by = Some(token);
            let right = self.term(depth)?;
            truth = match token {
                Token::And => truth.and(right),
                _ => truth.or(right),
            };
        }
    }

    fn term(&mut self, depth: usize) -> Option<Truth> {
        let depth = depth.checked_sub(1)?;
        match self.next()? {
            Token::Not => Some(self.term(depth)?.not()),
            Token::Open => {
                let truth = self.expression(depth)?;
                (self.next()? == Token::Close).then_some(truth)
            }
            Token::Word(word) if word.eq_ignore_ascii_case("ActionMatches") => {
                let Token::Braces(named) = self.next()? else {
                    return None;
                };
                let named = named.trim().strip_prefix('\'')?.strip_suffix('\'')?;
                Some(match Pattern::new(named).matches(self.action) {
                    true => Truth::True,
                    false => Truth::False,
                })
            }
            Token::Word(_) | Token::Value | Token::Braces(_) => self.comparison(),
            Token::Close | Token::And | Token::Or | Token::End => None,
        }
    }

    /// Skips the rest of a comparison.
    fn comparison(&mut self) -> Option<Truth> {
        loop {
            let before = self.left;
            match self.next()? {
                Token::Word(_) | Token::Braces(_) | Token::Value => {}
                Token::And | Token::Or | Token::Close | Token::End => {
                    self.left = before;
                    return Some(Truth::Unknown);
                }
                Token::Open | Token::Not => return None,
            }
        }
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let text = self.left.trim_start();
        let Some(first) = text.chars().next() else {
            self.left = text;
            return Some(Token::End);
        };
        let length = match first {
            '(' | ')' | '!' => 1,
            '&' | '|' => 2,
            '\'' => quoted_length(text)?,
            '{' => closed_length(text, '}')?,
            '[' => closed_length(text, ']')?,
            '}' | ']' => return None,
            _ => text.find(ends_word).unwrap_or(text.len()),
        };
        let (token, left) = text.split_at_checked(length)?;
        self.left = left;
        Some(match token {
            "(" => Token::Open,
            ")" => Token::Close,
            "!" => Token::Not,
            "&&" => Token::And,
            "||" => Token::Or,
            _ if token.starts_with(['&', '|']) => return None,
            _ if token.starts_with(['\'', '[']) => Token::Value,
            _ if token.eq_ignore_ascii_case("AND") => Token::And,
            _ if token.eq_ignore_ascii_case("OR") => Token::Or,
            _ if token.eq_ignore_ascii_case("NOT") => Token::Not,
            _ => match token.strip_prefix('{') {
                Some(content) => Token::Braces(content.strip_suffix('}')?),
                None => Token::Word(token),
            },
        })
    }
}

fn ends_word(letter: char) -> bool {
    letter.is_whitespace() || "()!&|'{}[]".contains(letter)
}

/// The length of the text in quotes at the start, quotes included; `\` takes the next letter as it
/// is.
fn quoted_length(text: &str) -> Option<usize> {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '\'' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length up to the closing bracket, which does not count inside quotes.
fn closed_length(text: &str, close: char) -> Option<usize> {
    let mut at = 1;
    loop {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        at += match first {
            '\'' => quoted_length(rest)?,
            _ if first == close => return Some(at + 1),
            _ => first.len_utf8(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
    const READ: &str = "Microsoft.DataFactory/factories/read";
    const GUARDED: &str = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR \
        (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] \
        ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7, \
        b24988ac618042a0ab8820f7382dd24c}))";

    fn met(text: &str, action: &str) -> bool {
        Condition { text: Cow::Owned(text.to_owned()), version: Cow::Borrowed("2.0") }.is_met_regardless(action)
    }

    #[test]
    fn a_guard_for_another_action_is_met_and_for_this_one_is_not() {
        assert!(met(GUARDED, READ));
        assert!(!met(GUARDED, WRITE));
        assert!(!met(GUARDED, &WRITE.to_uppercase()));
        assert!(!met("!(actionmatches{'Microsoft.Authorization/*'}) || @Principal[a] StringEquals 'b'", WRITE));
        assert!(met("NOT ActionMatches{ 'a/write' }", READ));
    }

    #[test]
    fn a_comparison_without_a_guard_is_never_met() {
        let bare = "@Resource[Microsoft.Storage/storageAccounts:Name] stringEquals 'foo (AND) bar'";
        assert!(!met(bare, READ));
        assert!(!met(&format!("{GUARDED} AND ({bare})"), READ));
        assert!(met(&format!("{GUARDED} OR ({bare})"), READ));
        assert!(!met(&format!("!({bare})"), READ));
        assert!(!met("@Resource[HasObotoken] boolequals true", READ));
        assert!(!met("Exists @Principal[a] AND !(SubOperationMatches{'x'})", READ));
    }

    #[test]
    fn what_is_not_a_condition_is_never_met() {
        let deep = |n| format!("{}!(ActionMatches{{'x'}}){}", "(".repeat(n), ")".repeat(n));
        assert!(met(&deep(10), READ));
        for text in [
            "",
            "true",
            "()",
            "!",
            "ActionMatches",
            "!(ActionMatches{x})",
            "!(ActionMatches{'x'",
            "!(ActionMatches{'x'}) extra",
            "!(ActionMatches{'x'}) )",
            "!(ActionMatches{'x'}) & !(ActionMatches{'y'})",
            "!(ActionMatches{'x'}) OR a AND b",
            "'",
            "{",
            "!(ActionMatches{'x'}) OR",
            &deep(100),
            &deep(100_000),
        ] {
            assert!(!met(text, READ), "{text:.60}");
        }
    }

    #[test]
    fn every_condition_of_a_built_in_role_can_be_read() {
        let roles = crate::authorization::built_in_roles::all();
        let permissions = roles.iter().flat_map(|role| role.permissions.iter());
        for condition in permissions.filter_map(|permission| permission.condition.as_ref()) {
            assert!(condition.can_be_read(), "{}", condition.text);
            assert!(condition.is_met_regardless("Microsoft.Authorization/*/read") || !condition.text.contains("ActionMatches"));
        }
    }
}
