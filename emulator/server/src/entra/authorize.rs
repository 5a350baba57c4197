//! The authorization endpoint: a page that lists the users of the world, and the way back to the client with a code.
//!
//! Where the answer may go is found out first: what is wrong before that is shown to the user, what is wrong after it
//! is told to the client. The page sends its form to this endpoint again, with the user who was chosen.
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>.

use adf_emulator_core::directory::sign_in::{Asked, AuthorizationCode, Challenge};
use axum::http::StatusCode;
use uuid::Uuid;

use super::client;
use super::discovery::TenantNamed;
use super::page::{escaped, page, users};
use super::redirect::{self, Destination, ResponseMode};
use super::scope;
use super::sign_in_error::{SignInError, Trace};
use super::token::opaque;
use super::token_endpoint::TokenRequest;
use super::user_tokens::{self, Account};
use crate::app::HttpResponse;

/// The parameter by which the page says which user was chosen; no client has one of that name.
pub const CHOSEN: &str = "principal";

/// The parameter by which the page says that the user wants to go back.
pub const CANCELLED: &str = "cancel";

/// What Entra answers at this endpoint besides codes.
const OTHER_RESPONSE_TYPES: [&str; 3] = ["id_token", "token", "none"];

/// Lengths of a code challenge (RFC 7636, 4.2).
const CHALLENGE_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

/// What the user, or the world in the user's place, says to a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<'a> {
    /// Nothing yet.
    None,
    /// To be this principal.
    User(&'a str),
    /// To go back.
    Cancelled,
}

/// What a client wants to have done at a sign-in.
struct Wanted<'a> {
    client_id: Uuid,
    asked: Asked,
    challenge: Option<Challenge>,
    silent: bool,
    nonce: Option<&'a str>,
}

/// Answers a request to sign a user in: with the page, or by sending the browser back to the client. `action` is where
/// the page sends its form.
///
/// # Errors
/// What is shown to the user because nobody else may be told: 900144, 700016, 500113, 50011, 70007.
pub fn answer(request: &TokenRequest<'_>, choice: Choice<'_>, action: &str, trace: &Trace<'_>) -> Result<HttpResponse, SignInError> {
    let client_id = client::known(request, request.form.require("client_id")?)?;
    let destination = destination(request, client_id)?;
    let wanted = match wanted(request, client_id) {
        Ok(wanted) => wanted,
        // What is not emulated is said to whoever looks, not to a client that could make nothing of it.
        Err(error) if error.not_emulated.is_some() => return Err(error),
        Err(error) => return Ok(destination.refuse(&error, trace)),
    };
    let user = match (choice, request.by_itself) {
        (Choice::Cancelled, _) => return Ok(destination.refuse(&SignInError::cancelled(), trace)),
        (Choice::User(id), _) => Uuid::try_parse(id).ok(),
        (Choice::None, Some(user)) => Some(user),
        (Choice::None, None) if wanted.silent => return Ok(destination.refuse(&SignInError::login_required(), trace)),
        (Choice::None, None) => return Ok(ask(request, action, None)),
    };
    match user.and_then(|id| Account::with_id(request.world, id)) {
        None => Ok(ask(request, action, Some("Choose one of the users."))),
        Some(account) => match code_for(request, &wanted, account, &destination) {
            Ok((code, account)) => Ok(accept(request, &destination, code, account)),
            Err(error) => Ok(ask(request, action, Some(&format!("{}: {}", error.code(), error.text)))),
        },
    }
}

fn destination<'a>(request: &TokenRequest<'a>, client_id: Uuid) -> Result<Destination<'a>, SignInError> {
    let application = request.world.directory.application_of(client_id);
    let registered = application.map(|it| it.redirect_uris()).unwrap_or_default();
    let redirect_uri = match request.form.get("redirect_uri") {
        Some(uri) if redirect::is_allowed(uri, client_id, &registered, request.origin) => uri,
        Some(uri) => return Err(SignInError::redirect_uri_mismatch(uri, client_id)),
        None => registered.first().copied().ok_or_else(SignInError::no_redirect_uri)?,
    };
    let mode = ResponseMode::parse(request.form.get("response_mode"))?;
    Ok(Destination { redirect_uri, mode, state: request.form.get("state") })
}

fn wanted<'a>(request: &TokenRequest<'a>, client_id: Uuid) -> Result<Wanted<'a>, SignInError> {
    let form = request.form;
    match form.require("response_type")? {
        "code" => {}
        other if other.split_ascii_whitespace().all(|it| it == "code" || OTHER_RESPONSE_TYPES.contains(&it)) => {
            return Err(SignInError::not_emulated(&format!("the response type '{other}'")));
        }
        other => return Err(SignInError::response_type(other)),
    }
    let silent = match form.get("prompt") {
        Some("none") => true,
        None | Some("login" | "select_account" | "consent" | "admin_consent" | "create") => false,
        Some(other) => return Err(SignInError::unsupported_value("prompt", other)),
    };
    request.handles_claims_challenges()?;
    Ok(Wanted { client_id, asked: scope::of_user(request, None)?, challenge: challenge(request)?, silent, nonce: form.get("nonce") })
}

fn challenge(request: &TokenRequest<'_>) -> Result<Option<Challenge>, SignInError> {
    let Some(text) = request.form.get("code_challenge") else { return Ok(None) };
    if !CHALLENGE_LENGTH.contains(&text.len()) {
        return Err(SignInError::challenge_size());
    }
    match request.form.get("code_challenge_method") {
        Some("S256") => Ok(Some(Challenge::Sha256(text.into()))),
        None | Some("plain") => Ok(Some(Challenge::Plain(text.into()))),
        Some(other) => Err(SignInError::unsupported_value("code_challenge_method", other)),
    }
}

/// Returns the page on which a user is chosen. What the client sent stands in it, so that no sign-in is remembered
/// before there is one.
fn ask(request: &TokenRequest<'_>, action: &str, problem: Option<&str>) -> HttpResponse {
    let hidden = request.form.iter().filter(|(name, _)| ![CHOSEN, CANCELLED].contains(name));
    let hidden: String =
        hidden.map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escaped(name), escaped(value))).collect();
    let problem = problem.map(|text| format!("<p><strong>{}</strong></p>", escaped(text))).unwrap_or_default();
    let body = format!(
        "{problem}<p>to the application <code>{}</code></p>\n<form method=\"post\" action=\"{}\">\n{hidden}{}\
         <p>or</p>\n<button name=\"{CANCELLED}\" value=\"true\">Go back</button>\n</form>",
        escaped(request.form.get("client_id").unwrap_or_default()),
        escaped(action),
        users(request.world, request.form.get("login_hint"))
    );
    page(if problem.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST }, "Sign in", &body)
}

fn code_for<'w>(
    request: &TokenRequest<'w>,
    wanted: &Wanted<'_>,
    account: Account<'w>,
    destination: &Destination<'_>,
) -> Result<(String, Account<'w>), SignInError> {
    let account = account.in_tenant(request.world, request.tenant, request.tenant_name)?;
    scope::resource_is_known(request, account.principal.tenant_id, &wanted.asked.resource)?;
    let text = opaque("1.A").map_err(|_| SignInError::no_key())?;
    request.cell.update(|world| {
        let code = AuthorizationCode {
            client_id: wanted.client_id,
            tenant: match request.tenant {
                TenantNamed::One(tenant) => Some(tenant),
                TenantNamed::Any => None,
            },
            object_id: account.principal.object_id,
            redirect_uri: destination.redirect_uri.into(),
            challenge: wanted.challenge.clone(),
            nonce: wanted.nonce.map(Into::into),
            asked: wanted.asked.clone(),
            issued: world.now,
            redeemed: false,
        };
        world.sign_ins.codes.put(&text, code);
        Ok::<_, SignInError>(())
    })?;
    Ok((text, account))
}

fn accept(request: &TokenRequest<'_>, destination: &Destination<'_>, code: String, account: Account<'_>) -> HttpResponse {
    let mut answer = vec![("code", code)];
    if request.form.get("client_info") == Some("1") {
        answer.push(("client_info", user_tokens::client_info(request.world, account)));
    }
    answer.extend(destination.state.map(|state| ("state", state.to_owned())));
    answer.push(("session_state", request.request_id.to_string()));
    destination.send(&answer)
}
