//! An emulator inside a test written in Rust.
//!
//! No process and no command line; for all else the same emulator as the binary's. What `World` offers acts on the
//! start world when it is asked of the `Emulator`.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = adf_emulator::embed::Emulator::start().await?;
//! assert!(emulator.http().starts_with("http://127.0.0.1:"));
//! emulator.stop().await;
//! # Ok(())
//! # }
//! ```

mod access;
mod nodes;
mod requests;
mod sign_ins;
mod world;

use std::ops::Deref;
use std::sync::Arc;

use crate::app::START_WORLD;
use crate::commands::Failure;
use crate::config::{Config, WorldText};
pub use crate::control::least_privilege::{Done, NarrowestRole, Needed, Outcome, Unused};
use crate::open_files;
use crate::server::Server;
pub use sign_ins::SignIn;
pub use world::{Refused, World};

/// A running emulator on a free port of 127.0.0.1; its keys last as long as the process.
#[derive(Debug)]
pub struct Emulator {
    server: Server,
    start: World,
}

/// The start world.
impl Deref for Emulator {
    type Target = World;

    fn deref(&self) -> &World {
        &self.start
    }
}

impl Emulator {
    /// Starts an emulator with the built-in world.
    ///
    /// # Errors
    /// No port could be had.
    pub async fn start() -> Result<Self, Failure> {
        Self::with(Config::embedded()).await
    }

    /// Starts an emulator with the world that a world file's text describes.
    ///
    /// # Errors
    /// The text is no world file; the error names the place. Or no port could be had.
    pub async fn with_world(text: &str) -> Result<Self, Failure> {
        let world = WorldText { name: "world".to_owned(), text: text.to_owned() };
        Self::with(Config { worlds: vec![world], ..Config::embedded() }).await
    }

    /// Starts an emulator as `config` says.
    ///
    /// # Errors
    /// What `Server::start` refuses.
    pub async fn with(config: Config) -> Result<Self, Failure> {
        open_files::raise_limit();
        let server = Server::start(config).await?;
        let start = server.app().served(START_WORLD).ok_or_else(|| Failure::Failed("the start world is gone".to_owned()))?;
        let start = World::of(Arc::clone(server.app()), start);
        Ok(Self { server, start })
    }

    /// Returns the certificate of the local authority as PEM.
    pub fn ca_pem(&self) -> &str {
        self.server.ca_pem()
    }

    /// Returns the base URLs of all worlds in the order in which they were opened, the start world first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let mine = emulator.world()?;
    /// assert_eq!(emulator.worlds(), [emulator.http(), mine.http()]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn worlds(&self) -> Vec<String> {
        self.server.app().worlds().iter().map(|world| world.urls().0).collect()
    }

    /// Returns the application, for tests that ask it without a socket.
    pub fn app(&self) -> &std::sync::Arc<crate::app::App> {
        self.server.app()
    }

    /// Stops, answering what is in flight.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
