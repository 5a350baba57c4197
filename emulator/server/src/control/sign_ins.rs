//! `sign-ins`: the device codes that wait for their users, and how a test answers one without a browser.
//!
//! What the page `/devicelogin` does for people; the setting `signInAs` does it without either.

use adf_emulator_core::directory::PrincipalKind;
use adf_emulator_core::directory::sign_in::{self, DeviceAnswer, NotWaiting};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, ControlRequest, Refusal, no_content, ok};

/// Lists the device codes that the world remembers, oldest first.
pub fn list(request: &ControlRequest<'_>) -> Answer {
    let (world, now) = (request.cell.read(), request.cell.clock().now());
    let by_itself = sign_in::by_itself(&world);
    let codes = world.sign_ins.device_codes.iter();
    let value: Vec<Value> = codes
        .map(|(user_code, code)| {
            json!({ "userCode": user_code, "clientId": code.client_id, "expiresOn": code.expires_on().to_string(),
                "state": code.state(now, by_itself).name() })
        })
        .collect();
    Ok(ok(&json!({ "value": value })))
}

/// Confirms or refuses a device code for its user.
pub fn post(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["principal", "deny"])?;
    let invalid = |field: &str, message: String| Refusal::bad_request("InvalidField", message).at(field);
    request.cell.update(|world| {
        let answer = match (fields.get("principal"), fields.get("deny")) {
            (Some(Value::String(name)), None) => {
                let user = world.directory.named(name).filter(|it| matches!(it.kind, PrincipalKind::User(_)));
                let user = user.ok_or_else(|| invalid("principal", format!("'{name}' is no user of this world.")))?;
                DeviceAnswer::Confirmed(user.object_id)
            }
            (None, Some(Value::Bool(true))) => DeviceAnswer::Declined,
            (Some(_), Some(_)) => return Err(invalid("deny", "Give 'principal' or 'deny', not both.".to_owned())),
            (None, Some(_)) => return Err(invalid("deny", "'deny' is true, or left out.".to_owned())),
            (_, None) => return Err(invalid("principal", "Give the name or object id of a user, or 'deny'.".to_owned())),
        };
        sign_in::answer_device_code(world, request.last_segment(), answer).map_err(|why| not_waiting(why, request.last_segment()))?;
        Ok(no_content())
    })
}

fn not_waiting(why: NotWaiting, user_code: &str) -> Refusal {
    match why {
        NotWaiting::Unknown => {
            Refusal::new(StatusCode::NOT_FOUND, "NotFound", format!("There is no sign-in with the code '{user_code}'.")).at("userCode")
        }
        NotWaiting::Expired => Refusal::new(StatusCode::CONFLICT, "Expired", "The code has expired, on the world's clock.").at("userCode"),
        NotWaiting::Answered => Refusal::new(StatusCode::CONFLICT, "AlreadyAnswered", "The code was answered before.").at("userCode"),
    }
}
