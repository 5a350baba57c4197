//! One world of an emulator inside a test: what the endpoints below `/_emulator/` do to the world of a port, without
//! HTTP.
//!
//! Nothing is decided here: each helper is one call of what the endpoint of that name calls.

use std::sync::Arc;

use adf_emulator_core::directory::sign_in;
use adf_emulator_core::settings::Settings;
use adf_emulator_core::timestamp::{Duration, Timestamp};
use adf_emulator_core::world_file::{self, WorldText};
use serde_json::Value;

use crate::app::App;
use crate::clock::{self, ClockChange, ClockRefusal, Moved, Time};
use crate::control;
use crate::snapshots::Snapshots;
use crate::world_cell::Moment;
use crate::worlds::OpenWorld;

/// A world on a port of its own. Dropping it closes port and connections; the start world stays as long as its emulator.
#[derive(Debug)]
pub struct World {
    pub(super) app: Arc<App>,
    pub(super) opened: Arc<OpenWorld>,
    http: String,
    https: String,
}

/// Why a helper did not do what it was asked to do; the world is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl World {
    pub(super) fn of(app: Arc<App>, opened: Arc<OpenWorld>) -> Self {
        let (http, https) = opened.urls();
        Self { app, opened, http, https }
    }

    fn open(&self, start: Moment) -> Result<Self, Refused> {
        let opened = self.app.open_world(start).map_err(|refused| Refused(refused.to_string()))?;
        Ok(Self::of(Arc::clone(&self.app), opened))
    }

    /// Returns the base URL for plain HTTP, such as `http://127.0.0.1:4443`.
    pub fn http(&self) -> &str {
        &self.http
    }

    /// Returns the base URL for HTTPS, such as `https://localhost:4443`.
    pub fn https(&self) -> &str {
        &self.https
    }

    /// Opens a world that is as this one was when it began. Needs the emulator's runtime.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let mine = emulator.world()?;
    /// assert_ne!(mine.http(), emulator.http());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// No port could be had.
    pub fn world(&self) -> Result<Self, Refused> {
        self.open(self.opened.cell.start())
    }

    /// Opens a world that is as this one is now. Needs the emulator's runtime.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::time::Duration;
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let before = emulator.settings();
    /// let fork = emulator.fork()?;
    /// fork.set("linkNeedsRegisteredNode", &true.into())?;
    /// assert_eq!(emulator.settings(), before);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// No port could be had.
    pub fn fork(&self) -> Result<Self, Refused> {
        self.open(self.opened.cell.moment())
    }

    /// Opens a world that is as the world of a snapshot was. Needs the emulator's runtime.
    ///
    /// # Errors
    /// There is no such snapshot, or no port could be had.
    pub fn world_of_snapshot(&self, name: &str) -> Result<Self, Refused> {
        self.open(self.named(name)?)
    }

    /// Opens the world that a world file's text describes. Needs the emulator's runtime. See `export`.
    ///
    /// # Errors
    /// The text is no world file, or no port could be had.
    pub fn world_of_file(&self, text: &str) -> Result<Self, Refused> {
        self.open(read(text)?)
    }

    /// Puts the world that a world file's text describes in the place of this one, clock included. See `export`.
    ///
    /// # Errors
    /// The text is no world file.
    pub fn replace(&self, text: &str) -> Result<(), Refused> {
        self.opened.cell.replace(read(text)?);
        Ok(())
    }

    /// Returns the whole world as a world file, as `GET /_emulator/world` gives it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let before = emulator.export();
    /// let same = emulator.world_of_file(&before)?;
    /// assert_eq!(same.export(), before);
    /// same.replace("{}")?;
    /// assert!(same.who_can("Microsoft.DataFactory/factories/read", "/")?.is_empty());
    /// assert!(same.replace("{ \"tennants\": [] }").is_err_and(|wrong| wrong.0.contains("tennants")));
    /// # Ok(())
    /// # }
    /// ```
    pub fn export(&self) -> String {
        control::world::document(&self.opened.cell, control::world::Form::Whole).to_string()
    }

    /// Returns the world as a person would write it, without what the server made; see `export`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// assert!(emulator.export_by_hand().contains("rg-shared"));
    /// assert!(!emulator.export_by_hand().contains("\"state\""));
    /// # Ok(())
    /// # }
    /// ```
    pub fn export_by_hand(&self) -> String {
        control::world::document(&self.opened.cell, control::world::Form::ByHand).to_string()
    }

    /// Goes back to what the world began with, clock included.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use std::time::Duration;
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// emulator.set("operationDuration", &"PT5M".into())?;
    /// emulator.reset();
    /// assert_eq!(emulator.settings().operation_duration.to_string(), "PT0S");
    /// # Ok(())
    /// # }
    /// ```
    pub fn reset(&self) {
        self.opened.cell.reset();
    }

    /// Keeps the world as it is now under a name, for any world of the emulator.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// emulator.snapshot("before")?;
    /// emulator.set("linkNeedsRegisteredNode", &true.into())?;
    /// emulator.restore("before")?;
    /// assert!(!emulator.settings().link_needs_registered_node);
    /// let other = emulator.world_of_snapshot("before")?;
    /// assert_eq!(emulator.snapshots(), ["before"]);
    /// assert!(emulator.forget("before"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The name is not of letters, digits, `-`, `.` and `_`, or there are too many.
    pub fn snapshot(&self, name: &str) -> Result<(), Refused> {
        if !Snapshots::is_a_name(name) {
            return Err(Refused(format!("'{name}' is not a name for a snapshot")));
        }
        let too_many = |_| Refused("there are too many snapshots; forget some".to_owned());
        self.app.snapshots().put(name, self.opened.cell.moment()).map_err(too_many)
    }

    /// Brings the world back to a snapshot, clock included.
    ///
    /// # Errors
    /// There is no such snapshot.
    pub fn restore(&self, name: &str) -> Result<(), Refused> {
        self.opened.cell.replace(self.named(name)?);
        Ok(())
    }

    /// Returns the names of all snapshots; see `snapshot`.
    pub fn snapshots(&self) -> Vec<String> {
        self.app.snapshots().names()
    }

    /// Forgets a snapshot; returns whether it was there.
    pub fn forget(&self, name: &str) -> bool {
        self.app.snapshots().remove(name)
    }

    fn named(&self, name: &str) -> Result<Moment, Refused> {
        self.app.snapshots().get(name).ok_or_else(|| Refused(format!("there is no snapshot '{name}'")))
    }

    /// Returns what the world's clock shows.
    pub fn now(&self) -> Timestamp {
        self.opened.cell.clock().now()
    }

    /// Returns whether the world's clock stands still; see `advance`.
    pub fn is_frozen(&self) -> bool {
        matches!(self.opened.cell.clock().time(), Time::Frozen { .. })
    }

    /// Moves the world's clock forward.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use adf_emulator_core::timestamp::{Duration, Timestamp};
    ///
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// emulator.freeze();
    /// emulator.set_clock(Timestamp::from_seconds(4_102_444_800))?;
    /// emulator.advance(Duration::from_seconds(600))?;
    /// assert_eq!(emulator.now().to_string(), "2100-01-01T00:10:00Z");
    /// assert!(emulator.is_frozen());
    /// emulator.unfreeze();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// It would go back, or beyond the last year that Azure's times have.
    pub fn advance(&self, by: Duration) -> Result<(), Refused> {
        self.change_clock(ClockChange { to: Some(Moved::By(by)), frozen: None })
    }

    /// Sets the world's clock; see `advance`.
    ///
    /// # Errors
    /// It would go back, or beyond the last year that Azure's times have.
    pub fn set_clock(&self, instant: Timestamp) -> Result<(), Refused> {
        self.change_clock(ClockChange { to: Some(Moved::To(instant)), frozen: None })
    }

    /// Stops the world's clock where it is; see `advance`.
    pub fn freeze(&self) {
        // Stopping moves nothing, so nothing refuses it.
        let _ = self.change_clock(ClockChange { to: None, frozen: Some(true) });
    }

    /// Lets the world's clock go on from where it stands; see `advance`.
    pub fn unfreeze(&self) {
        let _ = self.change_clock(ClockChange { to: None, frozen: Some(false) });
    }

    fn change_clock(&self, change: ClockChange) -> Result<(), Refused> {
        self.opened.cell.clock().change(change).map_err(|refusal| match refusal {
            ClockRefusal::GoesForward { now } => Refused(format!("the clock shows {now} and goes forward only")),
            ClockRefusal::EndOfTime => Refused("the clock goes to the end of the year 9998 and no further".to_owned()),
        })
    }

    /// Returns the world's settings.
    pub fn settings(&self) -> Settings {
        self.opened.cell.read().settings.clone()
    }

    /// Changes one setting, by the name that world files give it; it is in force at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// emulator.set("operationDuration", &"PT1M".into())?;
    /// assert!(emulator.set("operationDuration", &"a minute".into()).is_err());
    /// assert_eq!(emulator.settings().operation_duration.to_string(), "PT1M");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There is no such setting, or it does not take that value.
    pub fn set(&self, name: &str, value: &Value) -> Result<(), Refused> {
        self.set_all([(name, value)])
    }

    /// Changes settings that depend on each other, all or none; see `set`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let (often, late) = ("PT2M".into(), "PT5M".into());
    /// assert!(emulator.set("nodeHeartbeat", &often).is_err());
    /// emulator.set_all([("nodeHeartbeat", &often), ("offlineAfter", &late)])?;
    /// assert!(emulator.set("signInAs", &"nobody".into()).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// One of them does not exist or does not take its value, or they do not fit each other.
    pub fn set_all<'a>(&self, settings: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Result<(), Refused> {
        self.opened.cell.update(|world| {
            let mut changes_sign_in = false;
            for (name, value) in settings {
                changes_sign_in |= name == "signInAs";
                world.settings.set(name, value).map_err(|problem| Refused(format!("{name}: {problem}")))?;
            }
            world.settings.check().map_err(|(name, problem)| Refused(format!("{name}: {problem}")))?;
            if changes_sign_in {
                sign_in::check_by_itself(world).map_err(|problem| Refused(format!("signInAs: {problem}")))
            } else {
                Ok(())
            }
        })
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.app.close_world(self.opened.id);
    }
}

fn read(text: &str) -> Result<Moment, Refused> {
    let read = world_file::read(&[WorldText { name: "world", text }], clock::host_now());
    let seeded = read.map_err(|mistake| Refused(mistake.to_string()))?;
    Ok(Moment { world: seeded.world, time: seeded.clock.into() })
}
