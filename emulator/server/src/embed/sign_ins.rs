//! Sign-ins of an embedded world: the device codes that wait for their users, and assertions that the world itself signs.
//!
//! Nothing is decided here: each helper is one call of what the endpoints `sign-ins` and `oidc` call.

use adf_emulator_core::directory::PrincipalKind;
use adf_emulator_core::directory::sign_in::{self, DeviceAnswer, DeviceState, NotWaiting};
use adf_emulator_core::timestamp::Timestamp;
use uuid::Uuid;

use super::{Refused, World};
use crate::control::oidc::{self, Assertion};

/// A device code that the world remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// What the user types.
    pub user_code: String,
    /// The client that waits.
    pub client_id: Uuid,
    /// When it is no good any more, on the world's clock.
    pub expires_on: Timestamp,
    /// Where it stands.
    pub state: DeviceState,
}

impl World {
    /// Returns the device codes that the world remembers, oldest first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use adf_emulator_core::directory::sign_in::DeviceState;
    ///
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// # let ask = async || -> Result<String, Box<dyn std::error::Error>> {
    /// let url = format!("{}/organizations/oauth2/v2.0/devicecode", emulator.http());
    /// let form = "client_id=04b07795-8ddb-461a-bbee-02f9e1bf7b46&scope=https://management.azure.com/.default";
    /// let form_type = "application/x-www-form-urlencoded";
    /// let answer = client.post(url).header("content-type", form_type).body(form).send().await?;
    /// let answer: serde_json::Value = answer.json().await?;
    /// let user_code = answer["user_code"].as_str().unwrap_or_default();
    /// # Ok(user_code.to_owned()) };
    /// # let user_code = &ask().await?;
    /// assert_eq!(emulator.sign_ins()[0].state, DeviceState::Pending);
    ///
    /// assert!(emulator.confirm_sign_in(user_code, "owner").is_err_and(|wrong| wrong.0.contains("no user")));
    /// emulator.confirm_sign_in(user_code, "ada")?;
    /// assert!(matches!(emulator.sign_ins()[0].state, DeviceState::Confirmed(_)));
    /// # let user_code = &ask().await?;
    ///
    /// // Another one, which its user refuses.
    /// emulator.decline_sign_in(user_code)?;
    /// assert!(emulator.decline_sign_in(user_code).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn sign_ins(&self) -> Vec<SignIn> {
        let (world, now) = (self.opened.cell.read(), self.now());
        let by_itself = sign_in::by_itself(&world);
        let codes = world.sign_ins.device_codes.iter();
        let sign_in = codes.map(|(user_code, code)| SignIn {
            user_code: user_code.to_owned(),
            client_id: code.client_id,
            expires_on: code.expires_on(),
            state: code.state(now, by_itself),
        });
        sign_in.collect()
    }

    /// Confirms a device code as that user; see `sign_ins`.
    ///
    /// # Errors
    /// There is no such user, or the code does not wait for one.
    pub fn confirm_sign_in(&self, user_code: &str, user: &str) -> Result<(), Refused> {
        self.opened.cell.update(|world| {
            let found = world.directory.named(user).filter(|it| matches!(it.kind, PrincipalKind::User(_)));
            let found = found.ok_or_else(|| Refused(format!("'{user}' is no user of this world")))?.object_id;
            sign_in::answer_device_code(world, user_code, DeviceAnswer::Confirmed(found)).map_err(|why| refused(why, user_code))
        })
    }

    /// Refuses a device code as its user may; see `sign_ins`.
    ///
    /// # Errors
    /// The code does not wait for its user.
    pub fn decline_sign_in(&self, user_code: &str) -> Result<(), Refused> {
        let decline = |world: &mut _| sign_in::answer_device_code(world, user_code, DeviceAnswer::Declined);
        self.opened.cell.update(decline).map_err(|why| refused(why, user_code))
    }

    /// Returns a token that the world itself has signed, good for an hour: the assertion of a federated credential whose
    /// issuer is `self`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let token = emulator.federated_token("ci", "api://AzureADTokenExchange")?;
    /// assert_eq!(token.split('.').count(), 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The machine gives no random numbers for a key.
    pub fn federated_token(&self, subject: &str, audience: &str) -> Result<String, Refused> {
        let assertion = Assertion { subject, audience, lifetime: oidc::LIFETIME_SECONDS };
        let signed = oidc::signed(&self.app, &self.opened.cell, self.http(), assertion);
        signed.map_err(|_| Refused("the machine gives no random numbers for a key".to_owned()))
    }
}

fn refused(why: NotWaiting, user_code: &str) -> Refused {
    Refused(match why {
        NotWaiting::Unknown => format!("there is no sign-in with the code '{user_code}'"),
        NotWaiting::Expired => "the code has expired, on the world's clock".to_owned(),
        NotWaiting::Answered => "the code was answered before".to_owned(),
    })
}
