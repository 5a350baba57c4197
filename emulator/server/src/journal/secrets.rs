//! What the journal does not show: tokens, passwords, keys and codes.
//!
//! Masked by name, because that is how the protocols mark them. A name that only a query or a form has, such as `code`,
//! means something else in a JSON body. What is no JSON is searched for the same names, wherever they stand in it.

use adf_emulator_core::lenient_json;
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Headers that name a scheme and then show a secret.
const SCHEME_HEADERS: [&str; 3] = ["authorization", "proxy-authorization", "x-ms-authorization-auxiliary"];

/// Headers whose values are secrets.
const SECRET_HEADERS: [&str; 3] = ["cookie", "set-cookie", "x-identity-header"];

/// Members of JSON bodies, and fields of forms and queries. Those of linked services are the members that the API
/// descriptions of Data Factory call secrets, and the connection strings and URIs that hold them.
const NAMES: [&str; 55] = [
    // Signing in.
    "access_token",
    "refresh_token",
    "id_token",
    "id_token_hint",
    "client_secret",
    "client_assertion",
    "assertion",
    "password",
    "device_code",
    "code_verifier",
    // Directory, nodes and identities.
    "secret",
    "secretText",
    "proof",
    "authKey",
    "authKey1",
    "authKey2",
    "serviceToken",
    // Linked services.
    "accessKey",
    "accessToken",
    "accessTokenSecret",
    "accountKey",
    "apiKey",
    "apiToken",
    "catalogAdminPassword",
    "clientKey",
    "clientSecret",
    "clusterPassword",
    "clusterSshPassword",
    "connectionString",
    "consumerKey",
    "consumerSecret",
    "developerToken",
    "encryptedCredential",
    "functionKey",
    "keyFileContent",
    "licenseKey",
    "mwsAuthToken",
    "packagePassword",
    "passPhrase",
    "pfx",
    "privateKey",
    "privateKeyContent",
    "privateKeyPassphrase",
    "pwd",
    "refreshToken",
    "sasToken",
    "sasUri",
    "secretAccessKey",
    "secretKey",
    "securityToken",
    "servicePrincipalCredential",
    "servicePrincipalEmbeddedCert",
    "servicePrincipalEmbeddedCertPassword",
    "servicePrincipalKey",
    "sessionToken",
];

/// Fields of forms and queries alone.
const FORM_NAMES: [&str; 2] = ["code", "sig"];

/// What is a secret where a text says that it has a `SecureString`.
const SECURE_NAMES: [&str; 2] = ["value", "defaultValue"];

/// Returns the value of a header as it may be kept, in two parts: of a secret only the scheme.
pub fn masked_header<'a>(name: &str, value: &'a [u8]) -> [&'a [u8]; 2] {
    if SECRET_HEADERS.contains(&name) {
        return [b"", MASK.as_bytes()];
    }
    if !SCHEME_HEADERS.contains(&name) {
        return [value, b""];
    }
    let scheme = value.iter().position(|byte| *byte == b' ').and_then(|at| value.get(..=at));
    [scheme.unwrap_or_default(), MASK.as_bytes()]
}

/// Masks the secrets of a JSON body.
pub fn mask(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(mask),
        Value::String(text) => mask_url_in(text),
        Value::Object(members) => {
            let is_secure = members.get("type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("SecureString"));
            for (name, member) in members.iter_mut() {
                if member.is_string() && (is_named(name, &NAMES) || (is_secure && is_named(name, &SECURE_NAMES))) {
                    *member = Value::String(MASK.to_owned());
                } else if let Value::String(text) = member {
                    mask_url_in(text);
                } else {
                    mask(member);
                }
            }
        }
        _ => {}
    }
}

/// Reads a body as JSON, as Azure does, with its secrets masked; none when it is no JSON object or list.
pub fn masked_json(text: &str) -> Option<Value> {
    let read = serde_json::from_str(text).ok().or_else(|| lenient_json::parse(text).ok().filter(|it| it.is_object() || it.is_array()));
    read.map(|mut value| {
        mask(&mut value);
        value
    })
}

/// Returns a form or a query with its secrets masked.
pub fn masked_form(text: &str) -> String {
    let field = |field: &str| match field.split_once('=') {
        Some((name, _)) if is_form_name(name) => format!("{name}={MASK}"),
        _ => field.to_owned(),
    };
    text.split('&').map(field).collect::<Vec<_>>().join("&")
}

/// Returns a URL with its password, and the secrets of its query and fragment masked.
pub fn masked_url(url: &str) -> String {
    match url.find(['?', '#']).and_then(|at| url.split_at_checked(at + 1)) {
        Some((before, rest)) => format!("{}{}", without_password(before), masked_form(rest)),
        None => without_password(url),
    }
}

/// Returns a URL without query with its password masked: `https://user:***@host/`.
fn without_password(url: &str) -> String {
    let masked = || {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, path) = rest.split_at_checked(rest.find('/').unwrap_or(rest.len()))?;
        let (user, host) = authority.rsplit_once('@')?;
        let (user, _) = user.split_once(':')?;
        Some(format!("{scheme}://{user}:{MASK}@{host}{path}"))
    };
    masked().unwrap_or_else(|| url.to_owned())
}

/// Masks what is secret in a text of a body that is a URL.
fn mask_url_in(text: &mut String) {
    let is_url = text.split_once("://").is_some_and(|(scheme, rest)| {
        let has_scheme = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        has_scheme && rest.contains(['?', '#', '@'])
    });
    if is_url {
        *text = masked_url(text);
    }
}

/// Returns a text that is no JSON, such as a page, JSON that was cut, or a form under another media type, with the secrets
/// masked that stand behind their names: `"name": "secret"`, `name=secret`, `name="name" value="secret"`.
pub fn masked_text(text: &str) -> String {
    let is_secure = text.to_ascii_lowercase().contains("securestring");
    let is_secret = |name: &str| is_form_name(name) || (is_secure && is_named(name, &SECURE_NAMES));
    let (mut masked, mut rest, mut is_awaited) = (String::with_capacity(text.len()), text, false);
    while let Some(begin) = rest.find(is_of_a_word) {
        let (between, from_word) = rest.split_at(begin);
        masked.push_str(between);
        let (word, after) = from_word.split_at(from_word.find(|letter| !is_of_a_word(letter)).unwrap_or(from_word.len()));
        masked.push_str(word);
        rest = after;
        // In a page the name stands in one attribute and the secret in the next.
        let is_in_a_page = is_awaited && word == "value";
        let Some((sign, value)) = value_behind(after) else {
            is_awaited |= is_secret(word) && masked.ends_with(&format!("name=\"{word}"));
            continue;
        };
        if is_secret(word) || is_in_a_page {
            masked.push_str(sign);
            masked.push_str(MASK);
            rest = after.get(sign.len() + value.len()..).unwrap_or_default();
            is_awaited = false;
        }
    }
    masked + rest
}

/// Returns what stands between a name and its value, and the value: in its quotation marks, or to where a form or JSON has
/// the next.
fn value_behind(after: &str) -> Option<(&str, &str)> {
    let from_sign = after.trim_start_matches(['"', '\'', '\\']).trim_start();
    let from_value = from_sign.strip_prefix([':', '='])?.trim_start();
    let quote = from_value.chars().next().filter(|first| matches!(first, '"' | '\''));
    let from_value = quote.map_or(from_value, |_| from_value.get(1..).unwrap_or_default());
    let mut is_escaped = false;
    let is_end = |letter: char| {
        let ends = match quote {
            Some(quote) => letter == quote && !is_escaped,
            None => letter.is_whitespace() || matches!(letter, '&' | ',' | ';' | '}' | ']' | '<'),
        };
        is_escaped = letter == '\\' && !is_escaped;
        ends
    };
    let end = from_value.find(is_end).unwrap_or(from_value.len());
    let value = from_value.get(..end).filter(|value| !value.is_empty() && !value.starts_with(['{', '[']))?;
    Some((after.get(..after.len() - from_value.len())?, value))
}

fn is_of_a_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '%')
}

/// Returns whether a field of a form or a query is a secret, however its name is written.
fn is_form_name(name: &str) -> bool {
    let name = percent_decode_str(name).decode_utf8_lossy();
    is_named(&name, &NAMES) || is_named(&name, &FORM_NAMES)
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
        assert_eq!(masked_form("client%5Fsecret=s&Client_Secret=s&b=1"), "client%5Fsecret=***&Client_Secret=***&b=1");
        assert_eq!(masked_url("/common/oauth2/v2.0/logout?id_token_hint=a.b.c"), "/common/oauth2/v2.0/logout?id_token_hint=***");
        assert_eq!(masked_url("http://localhost/cb?code=c&state=1"), "http://localhost/cb?code=***&state=1");
        assert_eq!(masked_url("https://s.example/c?sv=1&SIG=x%3D"), "https://s.example/c?sv=1&SIG=***");
        assert_eq!(masked_url("https://u:p@h:1/a@b"), "https://u:***@h:1/a@b");
        let mut body = json!({ "url": "https://s.example/c?sig=x", "repository": ["https://u:p@h/"], "encryptedCredential": "e",
            "text": "sig=told: a@b" });
        mask(&mut body);
        assert_eq!(
            body,
            json!({ "url": "https://s.example/c?sig=***", "repository": ["https://u:***@h/"], "encryptedCredential": "***",
                "text": "sig=told: a@b" })
        );
        assert_eq!(masked_header("authorization", b"Bearer a.b.c").concat(), b"Bearer ***");
        assert_eq!(masked_header("proxy-authorization", b"Basic YTpi").concat(), b"Basic ***");
        assert_eq!(masked_header("cookie", b"a=b").concat(), b"***");
        assert_eq!(masked_header("cookie", b"a=b; c=d").concat(), b"***");
        assert_eq!(masked_header("set-cookie", b"a=b; Path=/").concat(), b"***");
        assert_eq!(masked_header("accept", b"Bearer a.b.c").concat(), b"Bearer a.b.c");
    }

    #[test]
    fn what_a_linked_service_holds_is_masked() {
        for name in ["connectionString", "accountKey", "sasUri", "sasToken", "servicePrincipalKey", "serviceToken"] {
            let mut body = json!({ "properties": { "typeProperties": { name: "Server=s;Password=X" } } });
            mask(&mut body);
            assert_eq!(body["properties"]["typeProperties"][name], "***", "{name}");
        }
        let mut parameter = json!({ "type": "SecureString", "defaultValue": "X" });
        mask(&mut parameter);
        assert_eq!(parameter["defaultValue"], "***");
    }

    #[test]
    fn what_azure_reads_as_json_is_masked_as_json() {
        let lenient = "{properties: {password: {'type': 'SecureString', 'value': 'X'}}} // told";
        assert_eq!(masked_json(lenient), Some(json!({ "properties": { "password": { "type": "SecureString", "value": "***" } } })));
        assert_eq!(masked_json("grant_type=x"), None);
        assert_eq!(masked_json("plain words"), None);
    }

    #[test]
    fn a_text_is_searched_for_the_names() {
        for (text, shown) in [
            (r#"{"a":{"type":"SecureString","value":"X\"X"},"b":"#, r#"{"a":{"type":"SecureString","value":"***"},"b":"#),
            (r#"{"value":"shown","password" : "XX"#, r#"{"value":"shown","password" : "***"#),
            ("{'accountKey': 'X', password: X}", "{'accountKey': '***', password: ***}"),
            ("grant_type=p&client%5Fsecret=X&Password=X&scope=s", "grant_type=p&client%5Fsecret=***&Password=***&scope=s"),
            (
                r#"<input type="hidden" name="code" value="X"><input name="state" value="shown">"#,
                r#"<input type="hidden" name="code" value="***"><input name="state" value="shown">"#,
            ),
            ("the password is wrong", "the password is wrong"),
            ("", ""),
        ] {
            assert_eq!(masked_text(text), shown);
        }
    }
}
