//! A case as a script for a shell, to replay it by hand against a running emulator.
//!
//! With curl or with the Azure CLI, whose `az rest` sends just what it is told; a principal's name is its token, so
//! nobody need sign in. The script needs no other tool than POSIX has, and ends with 1 where an answer is another.

use std::fmt::Write as _;

use adf_emulator_core::rules::Rule;
use serde_json::{Value, json};

use super::case::{Case, Remedy, Step};
use super::smallest_world;
use super::wire::BLANKS;
use crate::shell;

/// What sends the requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// curl.
    Curl,
    /// The Azure CLI.
    AzureCli,
}

/// Longer bodies stand in a file of their own: a command line has an end. In bytes.
const ARGUMENT_MAX: usize = 16 * 1024;

const START: &str = r#"set -eu
emulator="${ADF_EMULATOR_URL:-http://127.0.0.1:4443}"
folder=$(mktemp -d)
world=
trap '[ -z "$world" ] || closed; rm -rf "$folder"' EXIT

# Ends the script: an answer is not the one that is documented.
otherwise() {
  echo "NOT AS DOCUMENTED: $1" >&2
  cat "$folder/body" >&2
  exit 1
}

# Prints a member of the last answer.
member() {
  grep -o "\"$1\": *\"[^\"]*\"" "$folder/body" | head -n 1 | cut -d '"' -f 4
}
"#;

const CURL: &str = r#"
# Closes the world.
closed() {
  curl -sS -X DELETE "$emulator/_emulator/worlds/$world" || true
}

# Sends a request that passes.
accepted() {
  status=$(curl -sS -g --path-as-is -o "$folder/body" -w '%{http_code}' "$@")
  case "$status" in 2??) ;; *) otherwise "$status from: $*" ;; esac
}

# Sends the request that is refused: status, code and rule come first.
refused() {
  status=$(shift 3; curl -sS -g --path-as-is -D "$folder/headers" -o "$folder/body" -w '%{http_code}' "$@")
  [ "$status" = "$1" ] || otherwise "$status instead of $1"
  grep -q "\"code\":\"$2\"" "$folder/body" || otherwise "the code is not $2"
  grep -qi "^x-emulator-rule: $3" "$folder/headers" || otherwise "it is not the rule $3"
  cat "$folder/headers" "$folder/body"
  echo
}
"#;

const AZURE_CLI: &str = r#"
# Closes the world.
closed() {
  az rest --only-show-errors --skip-authorization-header --method delete --url "$emulator/_emulator/worlds/$world" || true
}

# Sends a request that passes.
accepted() {
  az rest --only-show-errors --skip-authorization-header "$@" >"$folder/body" || otherwise "refused: $*"
}

# Sends the request that is refused: its code comes first.
refused() {
  if (shift; az rest --only-show-errors --skip-authorization-header "$@") >"$folder/body" 2>&1; then otherwise "not refused"; fi
  grep -q "\"$1\"" "$folder/body" || otherwise "the code is not $1"
  cat "$folder/body"
}
"#;

/// Returns the script of a case.
pub fn of(case: &Case, rule: &Rule, client: Client) -> String {
    let world = smallest_world::of(case);
    let mut script = format!(
        "#!/bin/sh\n# {}: {}\n# Replays the refusal, and what mends it, against a running emulator: adf-emulator serve\n\
         # It has a small world of its own there, on another port, and closes it at the end.\n{START}",
        rule.name, rule.sentence
    );
    script.push_str(if client == Client::Curl { CURL } else { AZURE_CLI });
    section(&mut script, "The world.");
    world_comes(&mut script, client, &world);
    if !case.before.is_empty() {
        section(&mut script, "Before.");
        all_sent(&mut script, client, &case.before);
    }
    section(&mut script, &format!("Refused: {} {}.", rule.status, rule.code));
    let refused = match client {
        Client::Curl => format!("refused {} {} {}", rule.status, rule.code, rule.name),
        Client::AzureCli => format!("refused {}", rule.code),
    };
    sent(&mut script, client, &refused, &case.refused);
    match &case.remedy {
        Remedy::Nothing { because } => section(&mut script, &format!("Nothing mends it. {because}\n# {}", rule.page)),
        Remedy::Change { what, steps, again } => {
            section(&mut script, what);
            steps.iter().for_each(|step| sent(&mut script, client, "accepted", step));
            sent(&mut script, client, "accepted", again);
            let _ = writeln!(script, "echo {}", shell::quoted(&format!("Mended: {what}")));
        }
    }
    script
}

fn section(script: &mut String, title: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(script, "\n# {title}");
}

fn world_comes(script: &mut String, client: Client, world: &Value) {
    let body = readable(&json!({ "world": world }));
    let _ = writeln!(script, "cat >\"$folder/world.json\" <<'WORLD'\n{body}\nWORLD");
    let opened = match client {
        Client::Curl => "-X POST \"$emulator/_emulator/worlds\" -H 'Content-Type: application/json' --data-binary @\"$folder/world.json\"",
        Client::AzureCli => {
            "--method post --url \"$emulator/_emulator/worlds\" --headers 'Content-Type=application/json' --body @\"$folder/world.json\""
        }
    };
    let _ = writeln!(script, "accepted {opened}\nworld=$(member id)\nurl=$(member http)");
}

/// Returns JSON with an entry a line where it is short enough to be read.
fn readable(value: &Value) -> String {
    let whole = format!("{value:#}");
    if whole.len() < ARGUMENT_MAX { whole } else { value.to_string() }
}

/// Adds requests that pass; those that are the same one after another as a loop.
fn all_sent(script: &mut String, client: Client, steps: &[Step]) {
    let texts = steps.iter().map(|step| {
        let mut text = String::new();
        sent(&mut text, client, "accepted", step);
        text
    });
    let texts: Vec<String> = texts.collect();
    for same in texts.chunk_by(PartialEq::eq) {
        match same {
            [text] => script.push_str(text),
            [text, ..] => {
                let _ = writeln!(script, "for _ in $(seq {}); do {}; done", same.len(), text.trim_end());
            }
            [] => {}
        }
    }
}

/// Adds one request.
fn sent(script: &mut String, client: Client, verb: &str, step: &Step) {
    let body = body(script, step);
    let bearer = (!step.caller.is_empty()).then(|| ("Authorization", format!("Bearer {}", step.caller)));
    let media_type = step.content_type().map(|media_type| ("Content-Type", media_type.to_owned()));
    let headers = bearer.into_iter().chain(media_type).chain(step.headers.iter().cloned());
    let url = format!("\"$url\"{}", quoted(&step.path));
    match client {
        Client::Curl => {
            let headers: String = headers.map(|(name, value)| format!(" -H {}", quoted(&format!("{name}: {value}")))).collect();
            let body = body.map(|body| format!(" --data-binary {body}")).unwrap_or_default();
            let _ = writeln!(script, "{verb} -X {} {url}{headers}{body}", step.method);
        }
        Client::AzureCli => {
            let headers: String = headers.map(|(name, value)| format!(" {}", quoted(&format!("{name}={value}")))).collect();
            let body = body.map(|body| format!(" --body {body}")).unwrap_or_default();
            let headers = if headers.is_empty() { headers } else { format!(" --headers{headers}") };
            let _ = writeln!(script, "{verb} --method {} --url {url}{headers}{body}", step.method.as_str().to_lowercase());
        }
    }
    if let Some(kept) = step.kept {
        let _ = writeln!(script, "{}=$(member {})", kept.name, kept.member);
    }
}

/// Returns the body as a word for the shell; a long one is written to a file first.
fn body(script: &mut String, step: &Step) -> Option<String> {
    if step.body.is_empty() {
        return None;
    }
    if step.body.len() + step.blanks <= ARGUMENT_MAX {
        return Some(quoted(&step.body));
    }
    let (start, end) = step.body.split_once(BLANKS).unwrap_or((&step.body, ""));
    let (start, end) = (quoted(start), quoted(end));
    let blanks = format!("head -c {} /dev/zero | tr '\\0' ' '", step.blanks);
    let _ = writeln!(script, "{{ printf '%s' {start}; {blanks}; printf '%s' {end}; }} >\"$folder/large.json\"");
    Some("@\"$folder/large.json\"".to_owned())
}

/// Returns the text as one word for a shell, with a variable in place of each `{{name}}`.
fn quoted(text: &str) -> String {
    let quoted = shell::quoted(text);
    let mut parts = quoted.split("{{");
    let mut word = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("}}") {
            Some((name, rest)) => {
                let _ = write!(word, "'\"${name}\"'{rest}");
            }
            None => {
                let _ = write!(word, "{{{{{part}");
            }
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_keeps_its_quotes_and_has_variables() {
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("a {{b}} c"), "'a '\"$b\"' c'");
        assert_eq!(quoted("{\"a\":{\"b\":{}}}"), "'{\"a\":{\"b\":{}}}'");
        assert_eq!(quoted("a {{b"), "'a {{b'");
    }
}
