//! What signing in leaves behind: refresh tokens, and codes that wait for their client.
//!
//! They belong to their world, so a fork has them and a reset forgets them; a world file never holds them. Each table
//! is bounded and drops its oldest entry. Time is looked at when something is shown, so nothing here is ever due.
//! Follows <https://learn.microsoft.com/entra/identity-platform/refresh-tokens>.

use super::PrincipalKind;
use crate::table::{Lookup, Table};
use crate::timestamp::{Duration, Timestamp};
use crate::world::World;
use std::sync::Arc;
use uuid::Uuid;

/// How many entries of a sort a world remembers; the oldest goes first.
pub const REMEMBERED_MAX: usize = 10_000;

/// How long a refresh token is good after its issue: 90 days, as documented.
pub const REFRESH_TOKEN_LIFETIME: Duration = Duration::from_seconds(90 * 86_400);

/// How long a device code is good after its issue: 15 minutes, as documented.
pub const DEVICE_CODE_LIFETIME: Duration = Duration::from_seconds(900);

/// How long an authorization code is good after its issue: ten minutes, as documented.
pub const CODE_LIFETIME: Duration = Duration::from_seconds(600);

/// Everything that signing in leaves behind in a world.
#[derive(Clone, Debug, Default)]
pub struct SignIns {
    /// Refresh tokens by their text.
    pub refresh_tokens: Remembered<RefreshToken>,
    /// Device codes by the code that their users type.
    pub device_codes: Remembered<DeviceCode>,
    /// Authorization codes by their text.
    pub codes: Remembered<AuthorizationCode>,
}

/// Values by a text that was handed out for each, in the order in which they were handed out.
#[derive(Clone, Debug)]
pub struct Remembered<V> {
    next: u64,
    entries: Table<u64, (Arc<str>, V)>,
    /// INVARIANT: the number of each entry by its text.
    numbers: Lookup<Arc<str>, u64>,
}

impl<V> Default for Remembered<V> {
    fn default() -> Self {
        Self { next: 0, entries: Table::default(), numbers: Lookup::default() }
    }
}

impl<V> Remembered<V> {
    /// Returns the value for which this text was handed out.
    pub fn get(&self, text: &str) -> Option<&V> {
        self.entry(text).map(|(_, value)| value)
    }

    /// Returns the value for which this text was handed out, with the text as it is kept.
    pub fn entry(&self, text: &str) -> Option<(&str, &V)> {
        self.numbers.get(text).and_then(|number| self.entries.get(number)).map(|entry| (&*entry.0, &entry.1))
    }

    /// Returns all entries, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.entries.values().map(|entry| (&*entry.0, &entry.1))
    }

    /// Remembers a value under a text, in place of what was there. Drops the oldest when there are too many.
    pub fn put(&mut self, text: &str, value: V) {
        let text: Arc<str> = text.into();
        let number = self.numbers.get(&*text).copied().unwrap_or(self.next);
        self.next = self.next.max(number.saturating_add(1));
        self.numbers.insert(text.clone(), number);
        self.entries.insert(number, (text, value));
        let oldest = self.entries.iter().next().map(|(number, entry)| (*number, entry.0.clone()));
        if self.entries.len() > REMEMBERED_MAX
            && let Some((number, text)) = oldest
        {
            self.entries.remove(&number);
            self.numbers.remove(&*text);
        }
    }
}

/// What a refresh token stands for: that a user signed in with a client.
#[derive(Clone, Debug, PartialEq)]
pub struct RefreshToken {
    /// The client it was given to.
    pub client_id: Uuid,
    /// The user who signed in.
    pub object_id: Uuid,
    /// The user's password at that time; another one since then revokes the token.
    pub password: Option<Arc<str>>,
    /// When it was issued, on the world's clock.
    pub issued: Timestamp,
    /// What the access token beside it was for.
    pub resource: Arc<str>,
}

/// What a client asks for when it signs a user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Whom the access token is for.
    pub resource: Arc<str>,
    /// Whether it wants an id token.
    pub id_token: bool,
    /// Whether it wants a refresh token.
    pub refresh_token: bool,
}

/// A code that a user's browser brought to a client, who trades it for tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationCode {
    /// The client.
    pub client_id: Uuid,
    /// The tenant that the client named; `None` for any.
    pub tenant: Option<Uuid>,
    /// The user who signed in.
    pub object_id: Uuid,
    /// Where the code was sent.
    pub redirect_uri: Arc<str>,
    /// What proves that the client which trades is the one that asked.
    pub challenge: Option<Challenge>,
    /// What the client wants to find in the id token.
    pub nonce: Option<Arc<str>>,
    /// What the client asks for.
    pub asked: Asked,
    /// When the code was issued, on the world's clock.
    pub issued: Timestamp,
    /// Whether the client has its tokens.
    pub redeemed: bool,
}

/// A proof key of RFC 7636, by its method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// The verifier itself.
    Plain(Arc<str>),
    /// The verifier's SHA-256, in base64url.
    Sha256(Arc<str>),
}

/// A client that waits until its user has typed a code at the sign-in page.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceCode {
    /// What the client shows when it asks for its tokens.
    pub device_code: Arc<str>,
    /// The client.
    pub client_id: Uuid,
    /// The tenant that the client named; `None` for any.
    pub tenant: Option<Uuid>,
    /// What the client asks for.
    pub asked: Asked,
    /// When the code was issued, on the world's clock.
    pub issued: Timestamp,
    /// What became of it.
    pub answer: DeviceAnswer,
}

/// What a user said to a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceAnswer {
    /// Nothing yet.
    None,
    /// Yes, this user.
    Confirmed(Uuid),
    /// No.
    Declined,
    /// The client has its tokens.
    Redeemed,
}

/// Where a device code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// It waits for its user.
    Pending,
    /// This user confirmed it.
    Confirmed(Uuid),
    /// The user refused.
    Declined,
    /// The client has its tokens.
    Redeemed,
    /// It was not redeemed in time.
    Expired,
}

impl DeviceState {
    /// Returns its name in the list of sign-ins.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed(_) => "confirmed",
            Self::Declined => "declined",
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
        }
    }
}

impl DeviceCode {
    /// Returns the instant after which it is no good.
    pub fn expires_on(&self) -> Timestamp {
        self.issued.plus(DEVICE_CODE_LIFETIME)
    }

    /// Returns where it stands at `now`, in a world that signs its users in by itself as `by_itself`, if it does.
    pub fn state(&self, now: Timestamp, by_itself: Option<Uuid>) -> DeviceState {
        match (self.answer, by_itself) {
            (DeviceAnswer::Redeemed, _) => DeviceState::Redeemed,
            _ if now > self.expires_on() => DeviceState::Expired,
            (DeviceAnswer::Declined, _) => DeviceState::Declined,
            (DeviceAnswer::Confirmed(user), _) | (DeviceAnswer::None, Some(user)) => DeviceState::Confirmed(user),
            (DeviceAnswer::None, None) => DeviceState::Pending,
        }
    }
}

/// Why the answer of a user to a device code does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotWaiting {
    /// Nobody was given that code.
    Unknown,
    /// It is too late.
    Expired,
    /// It was answered before.
    Answered,
}

/// Returns what stands under the code that a user types, whose case and blanks do not matter.
pub fn device_code<'w>(world: &'w World, user_code: &str) -> Option<(&'w str, &'w DeviceCode)> {
    world.sign_ins.device_codes.entry(&normalized(user_code))
}

/// Returns the user as whom the world confirms sign-ins by itself: that of the setting `signInAs`.
pub fn by_itself(world: &World) -> Option<Uuid> {
    let name = world.settings.sign_in_as.as_deref()?;
    let user = world.directory.named(name).filter(|it| matches!(it.kind, PrincipalKind::User(_)));
    user.map(|user| user.object_id)
}

/// Checks that who signs in by itself is somebody, or a client would wait for a sign-in that never comes.
///
/// # Errors
/// What is wrong with the setting, and what would be right.
pub fn check_by_itself(world: &World) -> Result<(), String> {
    match &world.settings.sign_in_as {
        Some(name) if by_itself(world).is_none() => Err(format!("'{name}' is no user of this world; name one, or give an object id")),
        _ => Ok(()),
    }
}

/// Answers a device code for its user: `Confirmed` or `Declined`.
///
/// # Errors
/// Why it does not count; then nothing changes.
pub fn answer_device_code(world: &mut World, user_code: &str, answer: DeviceAnswer) -> Result<(), NotWaiting> {
    let (text, code) = device_code(world, user_code).ok_or(NotWaiting::Unknown)?;
    match code.state(world.now, None) {
        DeviceState::Pending => {}
        DeviceState::Expired => return Err(NotWaiting::Expired),
        _ => return Err(NotWaiting::Answered),
    }
    let (text, answered) = (text.to_owned(), DeviceCode { answer, ..code.clone() });
    world.sign_ins.device_codes.put(&text, answered);
    Ok(())
}

fn normalized(user_code: &str) -> String {
    user_code.chars().filter(|it| !it.is_whitespace() && *it != '-').map(|it| it.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_code_is_answered_once_and_in_time() {
        let code = DeviceCode {
            device_code: "d".into(),
            client_id: Uuid::nil(),
            tenant: None,
            asked: Asked { resource: "r".into(), id_token: false, refresh_token: false },
            issued: Timestamp::from_seconds(100),
            answer: DeviceAnswer::None,
        };
        let user = Uuid::from_u128(1);
        let mut world = World { now: Timestamp::from_seconds(1_000), ..World::default() };
        world.sign_ins.device_codes.put("ABCD", code.clone());
        world.sign_ins.device_codes.put("LATE", DeviceCode { issued: Timestamp::from_seconds(99), ..code.clone() });
        let confirmed = DeviceAnswer::Confirmed(user);
        assert_eq!(answer_device_code(&mut world, "none", confirmed), Err(NotWaiting::Unknown));
        assert_eq!(answer_device_code(&mut world, "late", confirmed), Err(NotWaiting::Expired));
        assert_eq!(answer_device_code(&mut world, " ab-cd ", confirmed), Ok(()));
        assert_eq!(answer_device_code(&mut world, "ABCD", DeviceAnswer::Declined), Err(NotWaiting::Answered));
        let found = device_code(&world, "abcd").map(|(text, code)| (text, code.state(world.now, None)));
        assert_eq!(found, Some(("ABCD", DeviceState::Confirmed(user))));
        assert_eq!(code.state(world.now, Some(user)), DeviceState::Confirmed(user));
        assert_eq!(code.state(Timestamp::from_seconds(1_001), Some(user)), DeviceState::Expired);
    }

    #[test]
    fn the_oldest_is_forgotten_first_and_a_fork_keeps_its_own() {
        let mut remembered = Remembered::default();
        remembered.put("first", 1);
        remembered.put("first", 2);
        let fork = remembered.clone();
        for number in 0..REMEMBERED_MAX {
            remembered.put(&number.to_string(), 3);
        }
        assert_eq!((remembered.get("first"), remembered.get("0"), remembered.iter().count()), (None, Some(&3), REMEMBERED_MAX));
        assert_eq!(fork.get("first"), Some(&2));
    }
}
