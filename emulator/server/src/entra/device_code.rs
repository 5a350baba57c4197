//! The device code flow: a client without a browser shows a code, its user types it elsewhere, the client polls.
//!
//! `issue` is the endpoint that hands codes out, `grant` what the client polls. Codes are judged on the world's clock.
//! Follows <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>; fields: `client-connection` 3.4.

use adf_emulator_core::directory::sign_in::{DEVICE_CODE_LIFETIME, DeviceAnswer, DeviceCode, DeviceState};
use serde::Serialize;

use super::client::{self, Client};
use super::discovery::{TenantNamed, Version};
use super::scope;
use super::sign_in_error::SignInError;
use super::token::{TYPED_LENGTH, opaque, typed};
use super::token_endpoint::{Granted, TokenRequest};
use super::user_tokens::{self, Account};

/// Seconds that a client waits between two polls. Entra says 5; nothing is gained by letting tests wait.
const INTERVAL_SECONDS: u32 = 1;

/// The answer of the endpoint that hands codes out.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum DeviceCodeResponse {
    /// Of v1: the numbers are text, and the page has another name.
    One {
        /// What the user types.
        user_code: String,
        /// What the client polls with.
        device_code: String,
        /// Where the user types it.
        verification_url: String,
        /// Seconds.
        expires_in: String,
        /// Seconds between two polls.
        interval: String,
        /// What the client tells the user.
        message: String,
    },
    /// Of v2.
    Two {
        /// What the user types.
        user_code: String,
        /// What the client polls with.
        device_code: String,
        /// Where the user types it.
        verification_uri: String,
        /// Seconds.
        expires_in: i64,
        /// Seconds between two polls.
        interval: u32,
        /// What the client tells the user.
        message: String,
    },
}

/// Hands out a code for the client of the request, and remembers what it asks for.
///
/// # Errors
/// 900144 for what is missing, 700016 for a client that nobody knows, 70011 for a scope of two resources, 500011 for a
/// resource that nobody knows.
pub fn issue(request: &TokenRequest<'_>) -> Result<DeviceCodeResponse, SignInError> {
    let client_id = client::known(request, request.form.require("client_id")?)?;
    let asked = scope::of_user(request, None)?;
    scope::resource_is_known_there(request, &asked.resource)?;
    request.handles_claims_challenges()?;
    let tenant = match request.tenant {
        TenantNamed::One(tenant) => Some(tenant),
        TenantNamed::Any => None,
    };
    let no_key = |_| SignInError::no_key();
    let (user_code, device_code) = (typed().map_err(no_key)?, opaque("").map_err(no_key)?);
    // The user's code leads to the entry; standing before the rest, it leads there for the client too.
    let device_code = format!("{user_code}{device_code}");
    request.cell.update(|world| {
        let code = DeviceCode {
            device_code: device_code.as_str().into(),
            client_id,
            tenant,
            asked,
            issued: world.now,
            answer: DeviceAnswer::None,
        };
        world.sign_ins.device_codes.put(&user_code, code);
        Ok::<_, SignInError>(())
    })?;
    let page = format!("{}/devicelogin", request.origin);
    let message = format!("To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate.");
    let seconds = DEVICE_CODE_LIFETIME.ticks() / 10_000_000;
    Ok(match request.version {
        Version::One => DeviceCodeResponse::One {
            user_code,
            device_code,
            verification_url: page,
            expires_in: seconds.to_string(),
            interval: INTERVAL_SECONDS.to_string(),
            message,
        },
        Version::Two => DeviceCodeResponse::Two {
            user_code,
            device_code,
            verification_uri: page,
            expires_in: seconds,
            interval: INTERVAL_SECONDS,
            message,
        },
    })
}

/// Returns tokens for the user who confirmed the code that the request shows.
///
/// # Errors
/// Those of parameters and client; 70018 for a code that this world did not give to this client, 70016 while its user
/// has not answered, 70020 when it is too late, `authorization_declined`, 90120 when it was redeemed; 50057 and 50020
/// for a user who is blocked or nobody in the tenant. A refusal leaves the code as it was.
pub fn grant(request: &TokenRequest<'_>) -> Result<Granted, SignInError> {
    let shown = shown(request)?;
    let client = Client::of(request)?;
    let entry = shown.get(..TYPED_LENGTH).and_then(|user_code| request.world.sign_ins.device_codes.entry(user_code));
    let entry = entry.filter(|(_, code)| &*code.device_code == shown && code.client_id == client.id);
    let (user_code, code) = entry.ok_or_else(SignInError::unknown_device_code)?;
    let user = match code.state(request.world_now, request.by_itself) {
        DeviceState::Confirmed(user) => user,
        DeviceState::Pending => return Err(SignInError::authorization_pending()),
        DeviceState::Declined => return Err(SignInError::authorization_declined()),
        DeviceState::Redeemed => return Err(SignInError::device_code_redeemed()),
        DeviceState::Expired if request.version == Version::One => return Err(SignInError::device_code_expired("code_expired")),
        DeviceState::Expired => return Err(SignInError::device_code_expired("expired_token")),
    };
    let account = Account::with_id(request.world, user).ok_or_else(SignInError::user_disabled)?;
    let account = account.in_tenant(request.world, request.tenant, request.tenant_name)?;
    user_tokens::issue_for(request, account, client, &code.asked, None, |world| {
        // Of two polls at once, one finds the code redeemed.
        let kept = world.sign_ins.device_codes.get(user_code).filter(|kept| kept.answer != DeviceAnswer::Redeemed);
        let redeemed = DeviceCode { answer: DeviceAnswer::Redeemed, ..kept.ok_or_else(SignInError::device_code_redeemed)?.clone() };
        world.sign_ins.device_codes.put(user_code, redeemed);
        Ok(())
    })
}

/// The clients of v1 call it `code`, those of v2 `device_code`; some send both.
fn shown<'a>(request: &TokenRequest<'a>) -> Result<&'a str, SignInError> {
    let (name, other) = match request.version {
        Version::One => ("code", "device_code"),
        Version::Two => ("device_code", "code"),
    };
    request.form.get(name).or_else(|| request.form.get(other)).ok_or_else(|| SignInError::parameter_missing(name))
}
