//! Why a run ended badly, how that is told, and the exit status it gives.
//!
//! The service's code and message come first and in its own words. When the emulator names the
//! documented rule that refused, the rule and its remedy follow.

use crate::{
    arguments::Format,
    output::{Paint, wrap},
};
use adf_emulator_client::{Connection, EmulatorClient, Error, Rule, ServiceError};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Why a run ended badly.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command was asked for in a way that cannot work: exit status 2.
    Usage(String),
    /// A call was refused or failed: exit status 1.
    Call(Error),
    /// Something else went wrong, told in full: exit status 1.
    Other(String),
    /// Everything was said already; only the status is left: 1, or 130 after Ctrl-C.
    Told(u8),
    /// Nobody reads standard output any more: exit status 0.
    Unread,
}

impl Failure {
    /// Wrong use, with what would be right.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Call(_) | Self::Other(_) => 1,
            Self::Told(status) => *status,
            Self::Unread => 0,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid { message } => Self::Usage(message),
            other => Self::Call(other),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::Unread;
        }
        Self::Other(format!("cannot write: {error}"))
    }
}

/// Tells a failure on standard error.
pub(crate) async fn tell(failure: &Failure, format: Format, connection: Option<&Connection>) {
    let rule = match (failure, connection) {
        (Failure::Call(Error::Service(error)), Some(connection)) => look_up(error, connection).await,
        _ => None,
    };
    let text = match (failure, format) {
        (Failure::Told(_) | Failure::Unread, _) => return,
        (_, Format::Json) => format!("{:#}\n", as_json(failure, rule.as_ref())),
        (_, Format::Table) => {
            let paint = Paint::for_stream(&io::stderr());
            let azure = connection.is_some_and(Connection::is_azure);
            as_text(failure, rule.as_ref(), azure, paint)
        }
    };
    // A closed standard error must not hide the exit status.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Fetches the rule that an answer names.
async fn look_up(error: &ServiceError, connection: &Connection) -> Option<Rule> {
    let name = error.rule.as_deref()?;
    let rules = EmulatorClient::new(connection).rules().await.ok()?;
    rules.into_iter().find(|rule| rule.name == name)
}

fn as_text(failure: &Failure, rule: Option<&Rule>, azure: bool, paint: Paint) -> String {
    let mut lines = Vec::new();
    match failure {
        Failure::Call(Error::Service(error)) => {
            let code = paint.bold(&error.code);
            lines.push(format!("{} {code} ({})", paint.red("error:"), error.status));
            lines.extend(indented(&error.message, "  "));
            lines.extend(about_rule(error.rule.as_deref(), rule));
        }
        Failure::Call(error) => {
            lines.push(format!("{} {error}", paint.red("error:")));
            lines.extend(remedy(error, azure).map(|text| format!("  remedy  {text}")));
        }
        Failure::Usage(message) | Failure::Other(message) => {
            lines.push(format!("{} {message}", paint.red("error:")));
        }
        Failure::Told(_) | Failure::Unread => {}
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The rule by name, its sentence, page and remedy, as far as they are known.
pub(crate) fn about_rule(name: Option<&str>, rule: Option<&Rule>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut say = |label: &str, text: Option<&str>| {
        let parts = text.map(|text| wrap(text, 90)).unwrap_or_default();
        for (index, part) in parts.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            lines.push(format!("  {label:<7} {part}"));
        }
    };
    say("rule", name);
    say("", rule.and_then(|rule| rule.sentence.as_deref()));
    say("page", rule.and_then(|rule| rule.page.as_deref()));
    say("remedy", rule.and_then(|rule| rule.remedy.as_deref()));
    lines
}

fn indented(text: &str, by: &str) -> Vec<String> {
    let lines = wrap(text, 98);
    lines.into_iter().map(|line| format!("{by}{line}")).collect()
}

fn as_json(failure: &Failure, rule: Option<&Rule>) -> Value {
    let (code, message) = match failure {
        Failure::Call(Error::Service(error)) => {
            return json!({ "error": {
                "status": error.status,
                "code": error.code,
                "message": error.message,
                "target": error.target,
                "requestId": error.request_id,
                "rule": error.rule,
                "remedy": rule.and_then(|rule| rule.remedy.as_deref()),
                "notEmulated": error.not_emulated,
            }});
        }
        Failure::Call(Error::SignIn { message }) => ("SignInFailed", message.clone()),
        Failure::Call(error @ Error::Unreachable { .. }) => ("Unreachable", error.to_string()),
        Failure::Call(error @ Error::NoIdentity { .. }) => ("NoIdentity", error.to_string()),
        Failure::Call(error) => ("UnexpectedAnswer", error.to_string()),
        Failure::Usage(message) => ("WrongUse", message.clone()),
        Failure::Other(message) => ("Failed", message.clone()),
        Failure::Told(_) | Failure::Unread => ("Failed", String::new()),
    };
    json!({ "error": { "code": code, "message": message } })
}

/// What to do about failures that are not the service's.
fn remedy(error: &Error, azure: bool) -> Option<&'static str> {
    match error {
        Error::Unreachable { problem, .. } if !azure && problem.contains("certificate") => {
            Some("trust the emulator's certificate: set EMULATOR_CA to its caFile, or run under `adf-emulator exec -- COMMAND`")
        }
        Error::Unreachable { .. } if azure => Some("check the network; for the emulator, run under `adf-emulator exec -- COMMAND`"),
        Error::Unreachable { .. } => Some("start the emulator with `adf-emulator serve`, or run under `adf-emulator exec -- COMMAND`"),
        Error::SignIn { .. } if azure => Some("sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"),
        Error::SignIn { .. } => Some("set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; `adf-emulator exec -- COMMAND` does"),
        Error::NoIdentity { .. } => {
            Some("give the factory an identity (`adf factory create` does), or name an identity with --principal-id")
        }
        Error::Service(_) | Error::UnexpectedAnswer { .. } | Error::Invalid { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Failure {
        Failure::from(Error::Service(Box::new(ServiceError {
            status: 401,
            code: "UnauthorizedIntegrationRuntimeAccess".to_owned(),
            message: "Access denied.".to_owned(),
            target: None,
            rule: Some("link-needs-grant".to_owned()),
            not_emulated: None,
            request_id: Some("r1".to_owned()),
            request: "PUT /x".to_owned(),
        })))
    }

    fn rule() -> Rule {
        serde_json::from_value(json!({"name":"link-needs-grant","sentence":"Grant first.",
            "page":"https://learn.microsoft.com/","status":401,"remedy":"Grant it."}))
        .unwrap()
    }

    #[test]
    fn a_refusal_shows_code_message_rule_and_remedy() {
        assert_eq!(
            as_text(&refusal(), Some(&rule()), false, Paint::plain()),
            "error: UnauthorizedIntegrationRuntimeAccess (401)\n  Access denied.\n  \
             rule    link-needs-grant\n          Grant first.\n  \
             page    https://learn.microsoft.com/\n  remedy  Grant it.\n"
        );
    }

    #[test]
    fn azure_names_no_rule() {
        let mut failure = refusal();
        if let Failure::Call(Error::Service(error)) = &mut failure {
            error.rule = None;
        }
        let text = as_text(&failure, None, true, Paint::plain());
        assert_eq!(text.lines().count(), 2, "{text}");
    }

    #[test]
    fn programs_get_the_same_as_json() {
        let document = as_json(&refusal(), Some(&rule()));
        assert_eq!(document["error"]["status"], 401);
        assert_eq!(document["error"]["rule"], "link-needs-grant");
        assert_eq!(document["error"]["remedy"], "Grant it.");
    }

    #[test]
    fn wrong_use_is_2_and_a_refusal_is_1() {
        assert_eq!(refusal().status(), 1);
        let invalid = Error::Invalid { message: "no".to_owned() };
        assert_eq!(Failure::from(invalid).status(), 2);
        let unread = io::Error::from(io::ErrorKind::BrokenPipe);
        assert_eq!(Failure::from(unread).status(), 0);
    }
}
