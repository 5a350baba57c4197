//! What the journal does not show: tokens, passwords, keys and codes.
//!
//! Masked by name, because that is how the protocols mark them. A name that only a query or a form has, such as `code`,
//! means something else in a JSON body.

use serde_json::Value;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Headers whose values are secrets.
const HEADERS: [&str; 4] = ["authorization", "x-identity-header", "x-ms-authorization-auxiliary", "cookie"];

/// Members of JSON bodies, and fields of forms and queries.
const NAMES: [&str; 17] = [
    "access_token",
    "refresh_token",
    "id_token",
    "client_secret",
    "client_assertion",
    "assertion",
    "password",
    "secret",
    "secretText",
    "authKey",
    "authKey1",
    "authKey2",
    "device_code",
    "code_verifier",
    "accessToken",
    "servicePrincipalKey",
    "proof",
];

/// Fields of forms and queries alone.
const FORM_NAMES: [&str; 1] = ["code"];

/// Returns the value of a header as it may be kept, in two parts: of a secret only the scheme.
pub fn masked_header<'a>(name: &str, value: &'a [u8]) -> [&'a [u8]; 2] {
    if !HEADERS.contains(&name) {
        return [value, b""];
    }
    let scheme = value.iter().position(|byte| *byte == b' ').and_then(|at| value.get(..=at));
    [scheme.unwrap_or_default(), MASK.as_bytes()]
}

/// Masks the secrets of a JSON body.
pub fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::Object(members) => {
            let is_secure = members.get("type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("SecureString"));
            for (name, member) in members.iter_mut() {
                if member.is_string() && (is_named(name, &NAMES) || (is_secure && name == "value")) {
                    *member = Value::String(MASK.to_owned());
                } else {
                    mask(member);
                }
            }
        }
        _ => {}
    }
}

/// Returns a form or a query with its secrets masked.
pub fn masked_form(text: &str) -> String {
    let field = |field: &str| match field.split_once('=') {
        Some((name, _)) if is_named(name, &NAMES) || is_named(name, &FORM_NAMES) => format!("{name}={MASK}"),
        _ => field.to_owned(),
    };
    text.split('&').map(field).collect::<Vec<_>>().join("&")
}

/// Returns a URL with the secrets of its query and fragment masked.
pub fn masked_url(url: &str) -> String {
    match url.find(['?', '#']).and_then(|at| url.split_at_checked(at + 1)) {
        Some((before, rest)) => format!("{before}{}", masked_form(rest)),
        None => url.to_owned(),
    }
}

fn is_named(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_masked_by_name_wherever_they_stand() {
        let mut body = json!({ "access_token": "a.b.c", "error": { "code": "AuthorizationFailed" },
            "properties": { "password": { "type": "SecureString", "value": "p" }, "key": [ { "secretText": "s" } ] } });
        mask(&mut body);
        assert_eq!(
            body,
            json!({ "access_token": "***", "error": { "code": "AuthorizationFailed" },
                "properties": { "password": { "type": "SecureString", "value": "***" }, "key": [ { "secretText": "***" } ] } })
        );
        assert_eq!(masked_form("grant_type=x&client_secret=s&code=c&a"), "grant_type=x&client_secret=***&code=***&a");
        assert_eq!(masked_url("http://localhost/cb?code=c&state=1"), "http://localhost/cb?code=***&state=1");
        assert_eq!(masked_header("authorization", b"Bearer a.b.c").concat(), b"Bearer ***");
        assert_eq!(masked_header("cookie", b"a=b").concat(), b"***");
        assert_eq!(masked_header("accept", b"Bearer a.b.c").concat(), b"Bearer a.b.c");
    }
}
