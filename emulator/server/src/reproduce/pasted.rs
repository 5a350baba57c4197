//! Which limitation an error is of that somebody pasted: a code, a message, a body, or what a client printed of them.
//!
//! Clients print the code as a word somewhere (`(Code) message`, `ErrorCode: Code`, `"code":"Code"`, `Code: message`), so
//! words are compared with the codes that rules have. Rules that share a code are told apart by the messages of their
//! cases.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use adf_emulator_core::rules::{self, Evidence, Rule};

use super::cases;

/// How much of a message's words a text without a code must have, in hundredths.
const ALIKE_MIN: usize = 60;

/// How much less alike than the likeliest another may be, in hundredths.
const ALIKE_SPREAD: usize = 10;

/// From how many words on a text counts as part of a message.
const QUOTED_MIN: usize = 4;

/// So many rules of one code are all named, however little their messages are alike.
const FEW: usize = 5;

/// How much of a message's words must be there where a code tells little, in hundredths.
const ALIKE_SOMEWHAT: usize = 30;

/// Codes that are ordinary words of other texts too: they count only where nothing else is known.
const ORDINARY: [&str; 4] = ["BadRequest", "Conflict", "NotFound", "InternalError"];

/// What stands around code and message in whatever a client prints.
const ENVELOPE: [&str; 6] = ["error", "code", "message", "target", "details", "errorcode"];

/// Returns the rules that such an error may be of, the likeliest first; none when nothing is like it.
pub fn rules_of(text: &str) -> Vec<&'static Rule> {
    let words = words(text);
    // What Entra refuses is no limitation of Resource Manager's, whatever words it has.
    if is_of_sign_in(text) {
        return Vec::new();
    }
    let by_name: Vec<_> = observable().filter(|rule| words.contains(&rule.name.to_lowercase())).collect();
    if !by_name.is_empty() {
        return by_name;
    }
    let with_code = |is_counted: &dyn Fn(&str) -> bool| -> Vec<&'static Rule> {
        observable().filter(|rule| is_counted(rule.code) && words.contains(&rule.code.to_lowercase())).collect()
    };
    let telling = with_code(&|code| !ORDINARY.contains(&code));
    if telling.len() <= FEW && !telling.is_empty() {
        return by_likelihood(&words, telling).into_iter().map(|(_, rule)| rule).collect();
    }
    if !telling.is_empty() {
        return likely(&words, telling, 0);
    }
    let ordinary = with_code(&|_| true);
    let is_bare = told(&words).is_empty();
    let found = likely(&words, ordinary, if is_bare { 0 } else { ALIKE_SOMEWHAT });
    if !found.is_empty() {
        return found;
    }
    let mut found = likely(&words, observable().collect(), ALIKE_MIN);
    found.sort_by_key(|rule| Reverse(quotes(text, message(rule))));
    found
}

/// Returns whether an error is of Entra, which refuses to give a token: those are no limitations.
pub fn is_of_sign_in(text: &str) -> bool {
    words(text).iter().any(|word| word.starts_with("aadsts"))
}

fn observable() -> impl Iterator<Item = &'static Rule> {
    rules::all().filter(|rule| rule.is_observable())
}

/// Returns those of the candidates whose messages are most like what is asked, if they are as alike as `least`.
fn likely(asked: &BTreeSet<String>, candidates: Vec<&'static Rule>, least: usize) -> Vec<&'static Rule> {
    let found = by_likelihood(asked, candidates);
    let best = found.iter().map(|(alike, _)| *alike).max().unwrap_or_default();
    found.into_iter().filter(|(alike, _)| *alike >= least && alike + ALIKE_SPREAD >= best).map(|(_, rule)| rule).collect()
}

/// Returns the candidates, the likeliest first, each with how alike its message is.
fn by_likelihood(asked: &BTreeSet<String>, candidates: Vec<&'static Rule>) -> Vec<(usize, &'static Rule)> {
    let told = told(asked);
    let said = |rule: &Rule| words(message(rule));
    let mut found: Vec<_> = candidates.into_iter().map(|rule| (alikeness(&told, &said(rule)), rule)).collect();
    // Among those that are alike comes first what names an action that is asked about, then what is better known.
    let named = |rule: &Rule| words(rule.remedy).intersection(asked).filter(|word| word.contains('/')).count();
    found.sort_by_key(|(alike, rule)| (Reverse(*alike), Reverse(named(rule)), doubt(rule.answer), doubt(rule.limit)));
    let best = found.first().map_or(0, |(alike, _)| *alike);
    // Of those that are nearly as alike, more is there of the longer message.
    let near = found.iter().take_while(|(alike, _)| alike + ALIKE_SPREAD >= best).count();
    if let Some(near) = found.get_mut(..near) {
        near.sort_by_key(|(_, rule)| Reverse(said(rule).intersection(&told).count()));
    }
    found
}

/// What the cases say, by the name of the rule: kept, because some cases have large worlds.
static MESSAGES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let said = |name: &'static str| Some((name, cases::of(name)?.message?));
    cases::names().filter_map(said).collect()
});

/// Returns what a rule's case says, where `…` stands for what is left out.
fn message(rule: &Rule) -> &'static str {
    MESSAGES.get(rule.name).map_or("", String::as_str)
}

/// Returns whether a text has a message word for word, or is part of one.
fn quotes(text: &str, message: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_lowercase();
    let text = plain(text);
    !message.is_empty() && (message.split('…').all(|part| text.contains(&plain(part))) || plain(message).contains(&text))
}

/// Returns the words of what is asked that a message could have: without codes, their envelope, and ids, which are of
/// somebody's own.
fn told(asked: &BTreeSet<String>) -> BTreeSet<String> {
    let is_code = |word: &String| observable().any(|rule| rule.code.eq_ignore_ascii_case(word));
    let is_id = |word: &String| word.starts_with("subscriptions/") || word.starts_with("providers/");
    asked.iter().filter(|word| !is_code(word) && !is_id(word) && !ENVELOPE.contains(&word.as_str())).cloned().collect()
}

/// Returns how many of the message's words are among those asked, in hundredths; or how many of those asked are in the
/// message, where somebody quotes part of one.
fn alikeness(asked: &BTreeSet<String>, said: &BTreeSet<String>) -> usize {
    let common = said.intersection(asked).count();
    let share = |of: usize| (common * 100).checked_div(of).unwrap_or(0);
    // Words as few as 'not found' are in many a text that means something else.
    if said.len() < QUOTED_MIN && said.len() < asked.len() {
        return 0;
    }
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
        for nothing in [
            "the weather is fine in Lisbon today",
            "npm ERR! 404 Not Found",
            "AADSTS700016: Application with identifier 'a' was not found in the directory 'b'. This can happen if the application has not \
             been installed by the administrator of the tenant or consented to by any user in the tenant.",
        ] {
            assert!(rules_of(nothing).is_empty(), "{nothing}: {:?}", rules_of(nothing).first().map(|rule| rule.name));
        }
        assert!(rules_of("").is_empty());
    }

    #[test]
    fn errors_are_known_as_portals_templates_and_terraform_show_them() {
        for (text, name) in [
            (
                "Failed to save. Error: Access denied. Unable to access shared integration runtime 'ir1'. Please check whether this resource has been granted permission by the shared integration runtime. Activity ID: 5a1cdd11-aaaa.",
                "link-needs-grant",
            ),
            (
                r#"{"error":{"code":"DeploymentFailed","details":[{"code":"BadRequest","message":"{\r\n \"code\": \"PrincipalNotFound\"}"}]}}"#,
                "principal-exists",
            ),
            (r#"{\"error\":{\"code\":\"MissingSubscriptionRegistration\"}}"#, "provider-is-registered"),
            (
                "unexpected status 403 (403 Forbidden) with error: AuthorizationFailed: The client 'a' does not have authorization",
                "action-needs-a-role",
            ),
            (
                "however, it does not have permission to perform action(s) 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action' on the linked scope(s) (LinkedAuthorizationFailed)",
                "assigning-an-identity-needs-permission",
            ),
            (
                "Azure.RequestFailedException: The role assignment already exists. The ID of the existing role assignment is 5f2e0b0c6fd84a7a.\nStatus: 409 (Conflict)\nErrorCode: RoleAssignmentExists",
                "role-assignment-is-unique",
            ),
            ("(InvalidAuthenticationToken) The access token is invalid.", "token-is-valid"),
            ("(RoleAssignmentExists) The role assignment already exists.", "role-assignment-is-unique"),
            (r#"{"error":{"code":"RoleAssignmentExists","message":"The role assignment already exists."}}"#, "role-assignment-is-unique"),
            ("(NotFound) '/providers/Microsoft.Management/managementGroups/mg/settings/default' not found", "hierarchy-settings-exist"),
            ("The Role assignment does not exist.", "schedule-to-change-exists"),
            ("The role is not found.", "schedule-role-exists"),
            ("The role assignment already exists.", "role-assignment-is-unique"),
            ("Conflict", "federated-credential-is-unique"),
        ] {
            let found: Vec<&str> = rules_of(text).iter().map(|rule| rule.name).collect();
            assert_eq!(found.first(), Some(&name), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_not_taken_for_one() {
        for text in [
            "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value",
            "ERROR: (Conflict) foo bar",
            "unexpected status 409 (409 Conflict) with error: SomethingNew: It cannot be.",
        ] {
            assert!(rules_of(text).is_empty(), "{text}: {:?}", rules_of(text).first().map(|rule| rule.name));
        }
        assert!(is_of_sign_in("AADSTS50034: The user account does not exist") && !is_of_sign_in("AuthorizationFailed"));
    }
}
