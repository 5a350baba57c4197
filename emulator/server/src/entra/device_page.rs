//! `/devicelogin`: where a user types the code that a device shows, and says who is there.
//!
//! One form without a script: the code, a button for each user of the world, and one to refuse.

use adf_emulator_core::directory::sign_in::{self, DeviceAnswer, NotWaiting};
use axum::http::{Method, StatusCode};
use uuid::Uuid;

use super::form::Form;
use super::page::{escaped, page, users};
use super::sign_in_error::SignInError;
use super::user_tokens::Account;
use crate::app::{App, HttpRequest, HttpResponse};
use crate::arm::request::Query;
use crate::own_page;
use crate::world_cell::WorldCell;
use adf_emulator_core::world::World;

/// Shows the form, or answers the code that it sends.
///
/// # Errors
/// A request that cannot be read, or of another method.
pub fn answer(app: &App, cell: &WorldCell, http: &HttpRequest, query: &Query) -> Result<HttpResponse, SignInError> {
    match http.method {
        Method::GET | Method::HEAD => Ok(form(&cell.read(), query.get("otc").unwrap_or_default(), None)),
        Method::POST => {
            if let Some(why) = own_page::foreign(app, http) {
                return Ok(page(StatusCode::FORBIDDEN, "Refused", &format!("<p>{}</p>", escaped(&why))));
            }
            Ok(sent(cell, &Form::read(&http.headers, &http.body)?))
        }
        _ => Err(SignInError::method_not_supported(http.method.as_str())),
    }
}

fn form(world: &World, user_code: &str, problem: Option<&str>) -> HttpResponse {
    let problem = problem.map(|text| format!("<p><strong>{}</strong></p>", escaped(text))).unwrap_or_default();
    let body = format!(
        "{problem}<form method=\"post\" action=\"/devicelogin\">\n\
         <p><label>The code that your device shows: <input name=\"otc\" value=\"{}\" required autocomplete=\"off\" spellcheck=\"false\"></label></p>\n\
         <p>Sign in as</p>\n{}<p>or</p>\n<button name=\"deny\" value=\"true\">Refuse the sign-in</button>\n</form>",
        escaped(user_code),
        users(world, None)
    );
    page(if problem.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST }, "Enter code", &body)
}

fn sent(cell: &WorldCell, form_sent: &Form) -> HttpResponse {
    let user_code = form_sent.get("otc").unwrap_or_default();
    let world = cell.read();
    let refused = |problem: &str| form(&world, user_code, Some(problem));
    let user = form_sent.get("principal").and_then(|id| Uuid::try_parse(id).ok()).and_then(|id| Account::with_id(&world, id));
    let answer = match (form_sent.get("deny"), user) {
        (Some(_), _) => DeviceAnswer::Declined,
        (None, Some(account)) if account.user.disabled => return refused("The account of that user is disabled."),
        (None, Some(account)) => DeviceAnswer::Confirmed(account.principal.object_id),
        (None, None) => return refused("Choose one of the users."),
    };
    match cell.update(|world| sign_in::answer_device_code(world, user_code, answer)) {
        Ok(()) if answer == DeviceAnswer::Declined => {
            page(StatusCode::OK, "Sign-in refused", "<p>The device will not be signed in. You can close this window.</p>")
        }
        Ok(()) => page(StatusCode::OK, "You have signed in", "<p>The device is signed in. You can close this window.</p>"),
        Err(NotWaiting::Unknown) => refused("That code is not known. Check it and type it again."),
        Err(NotWaiting::Expired) => refused("That code has expired. Start the sign-in again on your device."),
        Err(NotWaiting::Answered) => refused("That code was used before. Start the sign-in again on your device."),
    }
}
