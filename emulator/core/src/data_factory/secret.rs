//! Secrets in a document: masked before anything is stored, so that nothing can give one back.
//!
//! Data Factory shows `**********` in the place of a `SecureString` and adds `typeProperties.encryptedCredential`, the
//! name under which it keeps the secret. A client that sends back what it read keeps that name. A connection string
//! that is plain text loses its secret parts. Follows `datafactory-wire` 5 and `datafactory-models` 1.1.

use crate::world::{Document, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// What Data Factory shows in the place of a secret.
pub const MASK: &str = "**********";

/// The parts of a connection string that are secrets, without blanks and in lower case. That Data Factory takes them
/// out is encoded in the Terraform provider, which expects them to be missing.
const SECRET_PARTS: &[&str] = &["password", "pwd", "accountkey", "sharedaccesskey", "sharedaccesssignature"];

/// Masks every secret in the properties of a linked service of the factory `factory_name`. `held` are the properties
/// that are there already.
pub fn conceal(world: &mut World, factory_name: &str, properties: &mut Document, held: Option<&Document>) {
    let mut found = Found::default();
    mask(properties, &mut found);
    let Some(Value::Object(type_properties)) = properties.get_mut("typeProperties") else { return };
    if let Some(Value::String(text)) = type_properties.get_mut("connectionString") {
        found.new |= take_secret_parts(text);
    }
    let sent = type_properties.get("encryptedCredential").is_some_and(Value::is_string);
    let kept = held.and_then(|held| held.get("typeProperties")?.get("encryptedCredential")).filter(|_| found.masked && !found.new);
    if found.new || (found.masked && !sent && kept.is_none()) {
        let credential = encrypted_credential(world, factory_name);
        type_properties.insert("encryptedCredential".into(), credential.into());
    } else if let (Some(kept), false) = (kept, sent) {
        type_properties.insert("encryptedCredential".into(), kept.clone());
    }
}

/// Returns the properties of a linked service as they may be told, when they have a secret that is not kept yet.
pub fn masked_if_new(properties: &Document) -> Option<Document> {
    let (mut found, mut masked) = (Found::default(), properties.clone());
    mask(&mut masked, &mut found);
    if let Some(Value::String(text)) = masked.get_mut("typeProperties").and_then(|it| it.get_mut("connectionString")) {
        found.new |= take_secret_parts(text);
    }
    found.new.then_some(masked)
}

/// What was found of secrets.
#[derive(Default)]
struct Found {
    /// A secret in clear.
    new: bool,
    /// The mask of one, as a client reads it.
    masked: bool,
}

fn mask(document: &mut Document, found: &mut Found) {
    let is_secret = document.get("type").and_then(Value::as_str).is_some_and(|kind| kind.eq_ignore_ascii_case("SecureString"));
    if is_secret {
        if let Some(value) = document.get_mut("value") {
            found.masked |= *value == MASK;
            found.new |= *value != MASK;
            *value = MASK.into();
        }
        // The default of a parameter, which is a secret as well.
        if let Some(value) = document.get_mut("defaultValue") {
            *value = MASK.into();
        }
        return;
    }
    document.values_mut().for_each(|value| mask_value(value, found));
}

fn mask_value(value: &mut Value, found: &mut Found) {
    match value {
        Value::Object(members) => mask(members, found),
        Value::Array(elements) => elements.iter_mut().for_each(|element| mask_value(element, found)),
        _ => {}
    }
}

/// Takes the secret parts out of a connection string; returns whether there were any.
fn take_secret_parts(text: &mut String) -> bool {
    let is_secret = |part: &&str| {
        let name: String = part.split('=').next().unwrap_or_default().chars().filter(|one| !one.is_whitespace()).collect();
        part.contains('=') && SECRET_PARTS.contains(&name.to_lowercase().as_str())
    };
    let parts = parts(text);
    if !parts.iter().any(is_secret) {
        return false;
    }
    *text = parts.into_iter().filter(|part| !is_secret(part)).collect::<Vec<_>>().join(";");
    true
}

/// Returns the parts of a connection string. A value that begins with a quotation mark ends with it, and may hold a
/// semicolon; one that has no end takes all that follows.
/// <https://learn.microsoft.com/dotnet/framework/data/adonet/connection-string-syntax>
fn parts(text: &str) -> Vec<&str> {
    let (mut begin, mut is_value, mut quote) = (0, false, None);
    let mut parts = Vec::new();
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (Some(mark), _) => quote = if letter == mark { None } else { quote },
            (None, ';') => {
                parts.extend(text.get(begin..at));
                (begin, is_value) = (at + 1, false);
            }
            (None, '=') => is_value = true,
            // A mark that is doubled ends and begins again, so the value goes on.
            (None, '"' | '\'') if is_value && begins_quoted(text.get(begin..at)) => quote = Some(letter),
            _ => {}
        }
    }
    parts.extend(text.get(begin..));
    parts
}

/// Returns whether a quotation mark after that part is the first of its value, or goes on with a quoted one.
fn begins_quoted(part: Option<&str>) -> bool {
    let value = part.and_then(|part| part.split_once('=')).map_or("", |(_, value)| value.trim_start());
    value.is_empty() || value.starts_with(['"', '\''])
}

/// Makes the name of a secret: base64 of an indented document with line ends of Windows.
fn encrypted_credential(world: &mut World, factory_name: &str) -> String {
    let id = format!("{}_{}", factory_name.to_uppercase(), world.ids.next_guid());
    let members = [("Version", "2017-11-30"), ("ProtectionMode", "Key"), ("SecretContentType", "Plaintext"), ("CredentialId", &id)];
    let lines: Vec<String> = members.iter().map(|(name, value)| format!("  \"{name}\": \"{value}\"")).collect();
    STANDARD.encode(format!("{{\r\n{}\r\n}}", lines.join(",\r\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn concealed(properties: Value, held: Option<&Document>) -> Document {
        let mut properties = properties.as_object().unwrap().clone();
        conceal(&mut World::default(), "exampleFa", &mut properties, held);
        properties
    }

    fn credential(properties: &Document) -> String {
        let text = properties["typeProperties"]["encryptedCredential"].as_str().unwrap();
        String::from_utf8(STANDARD.decode(text).unwrap()).unwrap()
    }

    #[test]
    fn a_secret_gives_way_to_a_mask_and_a_name() {
        let sent =
            json!({ "type": "AzureStorage", "typeProperties": { "connectionString": { "type": "SecureString", "value": "Key=1" } } });
        let shown = concealed(sent, None);
        assert_eq!(shown["typeProperties"]["connectionString"], json!({ "type": "SecureString", "value": MASK }));
        let credential = credential(&shown);
        let begin = "{\r\n  \"Version\": \"2017-11-30\",\r\n  \"ProtectionMode\": \"Key\",\r\n  \"SecretContentType\": \"Plaintext\",\r\n  \
                     \"CredentialId\": \"EXAMPLEFA_";
        assert!(credential.starts_with(begin), "{credential}");
    }

    #[test]
    fn what_was_read_may_be_sent_back() {
        let masked = |name: Option<&str>| {
            let mut sent = json!({ "typeProperties": { "password": { "type": "SecureString", "value": MASK } } });
            if let Some(name) = name {
                sent["typeProperties"]["encryptedCredential"] = name.into();
            }
            sent
        };
        let held = masked(Some("ew0K")).as_object().unwrap().clone();
        assert_eq!(concealed(masked(Some("ew0K")), Some(&held)), held);
        assert_eq!(concealed(masked(None), Some(&held)), held, "the name is kept");
        assert!(credential(&concealed(masked(None), None)).contains("_"), "there was none");
        let new = json!({ "typeProperties": { "password": { "type": "SecureString", "value": "new" }, "encryptedCredential": "ew0K" } });
        assert!(credential(&concealed(new, Some(&held))).contains("_"), "another secret has another name");
    }

    #[test]
    fn a_plain_connection_string_loses_its_secret_parts() {
        let sent = json!({ "typeProperties": { "connectionString": "Server=s;User ID=u;Password=p;Encrypt=true" } });
        let shown = concealed(sent, None);
        assert_eq!(shown["typeProperties"]["connectionString"], "Server=s;User ID=u;Encrypt=true");
        credential(&shown);
        let without = concealed(json!({ "typeProperties": { "connectionString": "Server=s;Database=d" } }), None);
        assert_eq!(without["typeProperties"], json!({ "connectionString": "Server=s;Database=d" }));
    }

    #[test]
    fn a_quoted_part_goes_whole() {
        for (sent, shown) in [
            (r#"Server=s;Password="SEC;RET";x=y"#, "Server=s;x=y"),
            (r"Server=s; pwd = 'SEC;RET' ;x=y", "Server=s;x=y"),
            (r#"Password="SEC"";RET";x=y"#, "x=y"),
            (r#"Password=SEC"RET;x=y"#, "x=y"),
            (r#"Server=s;Password="SEC;RET"#, "Server=s"),
            (r#"Application Name="a;Password=b";Password=SECRET"#, r#"Application Name="a;Password=b""#),
            ("x=y;Password=SEC'RET;z='a;b'", "x=y;z='a;b'"),
        ] {
            let mut text = sent.to_owned();
            assert!(take_secret_parts(&mut text), "{sent}");
            assert_eq!(text, shown, "{sent}");
        }
        let mut without = r#"Application Name="a;Password=b""#.to_owned();
        assert!(!take_secret_parts(&mut without));
    }

    #[test]
    fn secrets_are_found_wherever_they_stand() {
        let secret = json!({ "type": "SecureString", "value": "s3cret" });
        let sent = json!({
            "parameters": { "p": { "type": "SecureString", "defaultValue": "s3cret" } },
            "typeProperties": { "authHeaders": { "x": secret }, "list": [[secret]], "store": { "type": "AzureKeyVaultSecret", "secretName": "n" } }
        });
        let shown = Value::from(concealed(sent, None)).to_string();
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains("\"secretName\":\"n\""));
    }
}
