//! Which limitation an error is of that somebody pasted: a code, a message, a body, or what a client printed of them.
//!
//! Clients print the code as a word somewhere (`(Code) message`, `ErrorCode: Code`, `"code":"Code"`, `Code: message`), so
//! words are compared with the codes that rules have. Rules that share a code are told apart by the messages of their
//! cases.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use adf_emulator_core::rules::{self, Evidence, Rule};

use super::cases;

/// How much of a message's words a text without a code must have, in hundredths.
const ALIKE_MIN: usize = 60;

/// How much less alike than the likeliest another may be, in hundredths.
const ALIKE_SPREAD: usize = 10;

/// From how many words on a text counts as part of a message.
const QUOTED_MIN: usize = 4;

/// Codes that are ordinary words of other texts too: they count only where nothing else is known.
const ORDINARY: [&str; 4] = ["BadRequest", "Conflict", "NotFound", "InternalError"];

/// Returns the rules that such an error may be of, the likeliest first; none when nothing is like it.
pub fn rules_of(text: &str) -> Vec<&'static Rule> {
    let words = words(text);
    let by_name: Vec<_> = observable().filter(|rule| words.contains(&rule.name.to_lowercase())).collect();
    if !by_name.is_empty() {
        return by_name;
    }
    let with_code = |is_counted: &dyn Fn(&str) -> bool| -> Vec<&'static Rule> {
        observable().filter(|rule| is_counted(rule.code) && words.contains(&rule.code.to_lowercase())).collect()
    };
    let telling = with_code(&|code| !ORDINARY.contains(&code));
    let found = if telling.is_empty() { with_code(&|_| true) } else { telling };
    if found.is_empty() { likely(&words, observable().collect(), ALIKE_MIN) } else { likely(&words, found, 0) }
}

fn observable() -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(|rule| rule.is_observable())
}

/// Returns those of the candidates whose messages are most like what is asked, if they are as alike as `least`.
fn likely(asked: &BTreeSet<String>, candidates: Vec<&'static Rule>, least: usize) -> Vec<&'static Rule> {
    let said = |rule: &Rule| cases::of(rule.name).and_then(|case| case.message).unwrap_or_default();
    let mut found: Vec<_> = candidates.into_iter().map(|rule| (alikeness(asked, &words(&said(rule))), rule)).collect();
    // Among those that are alike comes first what names an action that is asked about, then what is better known.
    let named = |rule: &Rule| words(rule.remedy).intersection(asked).filter(|word| word.contains('/')).count();
    found.sort_by_key(|(alike, rule)| (Reverse(*alike), Reverse(named(rule)), doubt(rule.answer), doubt(rule.limit)));
    let best = found.first().map_or(0, |(alike, _)| *alike);
    let is_near = |alike: usize| alike >= least && alike + ALIKE_SPREAD >= best;
    found.into_iter().filter(|(alike, _)| is_near(*alike)).map(|(_, rule)| rule).collect()
}

/// Returns how many of the message's words are among those asked, in hundredths; or how many of those asked are in the
/// message, where somebody quotes part of one.
fn alikeness(asked: &BTreeSet<String>, said: &BTreeSet<String>) -> usize {
    let common = said.intersection(asked).count();
    let share = |of: usize| (common * 100).checked_div(of).unwrap_or(0);
    if asked.len() < QUOTED_MIN { share(said.len()) } else { share(said.len()).max(share(asked.len())) }
}

/// The words of a text in lower case: what stands between blanks and punctuation, ids and paths as one.
fn words(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '/' | '.');
    let words = text.split(|letter: char| !is_part(letter)).map(|word| word.trim_matches(|it: char| !it.is_alphanumeric()));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

const fn doubt(evidence: Evidence) -> u8 {
    match evidence {
        Evidence::Recorded { .. } => 0,
        Evidence::Documented { .. } => 1,
        Evidence::Reported { .. } => 2,
        Evidence::Assumed { .. } => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The error of a link without a grant as clients print it.
    const PRINTED: [&str; 8] = [
        r#"{"error":{"code":"UnauthorizedIntegrationRuntimeAccess","message":"Access denied. Unable to access shared integration runtime 'ir1'."}}"#,
        "(UnauthorizedIntegrationRuntimeAccess) Access denied. Unable to access shared integration runtime 'ir1'.\nCode: \
         UnauthorizedIntegrationRuntimeAccess\nMessage: Access denied.",
        "ERROR: Unauthorized({\"error\":{\"code\":\"UnauthorizedIntegrationRuntimeAccess\",\"message\":\"Access denied.\"}})",
        "azure.core.exceptions.ClientAuthenticationError: (UnauthorizedIntegrationRuntimeAccess) Access denied.",
        "RESPONSE 401: 401 Unauthorized\nERROR CODE: UnauthorizedIntegrationRuntimeAccess\n----\n{}",
        "Status: 401 (Unauthorized)\nErrorCode: UnauthorizedIntegrationRuntimeAccess\n\nContent:\n{}",
        "unexpected status 401 (401 Unauthorized) with error: UnauthorizedIntegrationRuntimeAccess: Access denied.",
        "RestError: Access denied.\n  code: 'UnauthorizedIntegrationRuntimeAccess',\n  statusCode: 401,",
    ];

    #[test]
    fn a_code_is_found_in_whatever_a_client_prints() {
        for printed in PRINTED {
            let found: Vec<&str> = rules_of(printed).iter().map(|rule| rule.name).collect();
            assert_eq!(found.first(), Some(&"link-needs-grant"), "{printed}");
            assert!(found.contains(&"shared-runtime-exists"), "{found:?}");
        }
    }

    #[test]
    fn rules_of_one_code_are_told_apart_by_their_messages() {
        for (text, name) in [
            ("BadRequest: Invalid value for property 'Properties'", "document-has-properties"),
            ("(BadRequest) The factory name 'x' is not valid.", "factory-name-shape"),
            ("The document cannot be deleted since it is referenced by orders.", "document-is-not-referenced"),
            ("the principal id must be a GUID", "principal-id-is-a-guid"),
            (
                "The client 'a' with object id 'b' does not have authorization to perform action \
              'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/s' or the scope is invalid.",
                "granting-needs-owner",
            ),
            ("four-nodes", "four-nodes"),
        ] {
            let found: Vec<&str> = rules_of(text).iter().map(|rule| rule.name).collect();
            assert!(found.contains(&name), "{text}: {found:?}");
            assert!(found.len() <= 5, "{text}: {found:?}");
        }
        assert!(rules_of("the weather is fine in Lisbon today").is_empty());
        assert!(rules_of("").is_empty());
    }
}
