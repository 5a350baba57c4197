//! Names of actions, and the patterns in which roles write them.
//!
//! An action keeps the case in which it was written and compares without it, because a refusal
//! prints what was asked. Matching runs on every request and therefore allocates nothing. Who
//! holds an action is decided in `authorization/evaluate.rs`.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/role-definitions>.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The name of something that can be done, such as `Microsoft.DataFactory/factories/write`.
///
/// Two actions are equal when they differ in nothing but the case of their letters.
#[derive(Clone, Debug)]
pub struct Action(Cow<'static, str>);

impl Action {
    /// Names an action that is known when the program is built.
    pub const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Returns the name as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Action {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl PartialEq for Action {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Action {}

impl Hash for Action {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for byte in self.0.bytes() {
            state.write_u8(byte.to_ascii_lowercase());
        }
        state.write_u8(0xff);
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether an action changes a resource through Azure Resource Manager or touches the data inside
/// it; a role lists the two apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Plane {
    /// `actions` and `notActions`.
    Control,
    /// `dataActions` and `notDataActions`.
    Data,
}

/// An action as a role writes it: `*` stands for any run of characters, `/` included and also an
/// empty one; all else is literal, without regard to case.
///
/// Azure accepts one `*` in a pattern; this is right for any number of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pattern<'a>(&'a str);

impl<'a> Pattern<'a> {
    /// Reads `text` as a pattern; every text is one.
    pub const fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// Returns the pattern as it was written.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// Returns whether the pattern covers the action of this name.
    ///
    /// Begins at the end: most patterns of a role differ from an action in the last word already.
    pub fn matches(self, action: &str) -> bool {
        let (mut pattern, mut action) = (self.0.as_bytes(), action.as_bytes());
        loop {
            match (pattern.split_last(), action.split_last()) {
                (None, _) => return action.is_empty(),
                (Some((b'*', before)), _) => {
                    pattern = before;
                    break;
                }
                (Some((one, before)), Some((other, left))) if is_same_letter(*one, *other) => (pattern, action) = (before, left),
                _ => return false,
            }
        }
        // What stands between the first star and the last is looked for in what is left of the action.
        loop {
            match (pattern.split_first(), action.split_first()) {
                (None, _) => return true,
                (Some((b'*', middle)), _) => return has_in_order(action, middle.split(|byte| *byte == b'*')),
                (Some((one, after)), Some((other, left))) if is_same_letter(*one, *other) => (pattern, action) = (after, left),
                _ => return false,
            }
        }
    }
}

impl fmt::Display for Pattern<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Whether two bytes are the same but for their case; nearly all are the same as they stand.
const fn is_same_letter(one: u8, other: u8) -> bool {
    one == other || one.eq_ignore_ascii_case(&other)
}

/// Whether the parts stand in the text one after the other. The leftmost place of each is the best
/// one, because it leaves the most for those that follow.
fn has_in_order<'p>(mut text: &[u8], parts: impl Iterator<Item = &'p [u8]>) -> bool {
    for part in parts {
        loop {
            if let Some((start, rest)) = text.split_at_checked(part.len())
                && start.eq_ignore_ascii_case(part)
            {
                text = rest;
                break;
            }
            match text.split_first() {
                Some((_, rest)) => text = rest,
                None => return false,
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_star_runs_over_slashes_and_over_nothing() {
        let write = Pattern::new("Microsoft.Authorization/*/Write");
        assert!(write.matches("Microsoft.Authorization/roleAssignments/write"));
        assert!(write.matches("microsoft.authorization/a/b/c/WRITE"));
        assert!(write.matches("Microsoft.Authorization//write"));
        assert!(!write.matches("Microsoft.Authorization/write"));
        assert!(!write.matches("Microsoft.Authorization/roleAssignments/read"));
        assert!(Pattern::new("*").matches(""));
        assert!(Pattern::new("*/read").matches("Microsoft.DataFactory/factories/read"));
        assert!(!Pattern::new("*/read").matches("Microsoft.DataFactory/factories/readonly"));
        assert!(!Pattern::new("ab*ba").matches("aba"), "one letter serves only once");
    }

    #[test]
    fn an_action_keeps_its_case_and_compares_without_it() {
        let asked = Action::from("microsoft.datafactory/factories/READ".to_owned());
        assert_eq!(asked, Action::known("Microsoft.DataFactory/factories/read"));
        assert_eq!(asked.to_string(), "microsoft.datafactory/factories/READ");
    }

    /// The same answer, found the slow and obvious way.
    fn matches_by_trying_every_split(pattern: &[u8], action: &[u8]) -> bool {
        match pattern.split_first() {
            None => action.is_empty(),
            Some((b'*', rest)) => (0..=action.len()).any(|n| matches_by_trying_every_split(rest, &action[n..])),
            Some((first, rest)) => {
                action.split_first().is_some_and(|(a, left)| a.eq_ignore_ascii_case(first) && matches_by_trying_every_split(rest, left))
            }
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_exactly_when_some_split_does(
            pattern in "[abA/é*]{0,8}",
            action in "[aBb/é]{0,10}",
        ) {
            prop_assert_eq!(
                Pattern::new(&pattern).matches(&action),
                matches_by_trying_every_split(pattern.as_bytes(), action.as_bytes())
            );
        }

        #[test]
        fn a_pattern_with_a_run_cut_out_still_matches(
            action in "[a-cA-C/]{1,16}", from in 0usize..16, length in 0usize..16,
        ) {
            let (before, rest) = action.split_at(from.min(action.len()));
            let (_cut, after) = rest.split_at(length.min(rest.len()));
            let pattern = format!("{before}*{after}").to_lowercase();
            prop_assert!(Pattern::new(&pattern).matches(&action));
        }
    }
}
