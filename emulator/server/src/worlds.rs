//! Worlds on ports of their own: how one is opened, where it listens, how it is closed.
//!
//! A world costs a value, one listener and one task; certificate, TLS configuration and threads are the process's. The
//! map of all worlds stands in `app.rs`. Ports come from the system: the address is the first that the process listens on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::app::{self, App, Served};
use crate::listen::{self, Shutdown};
use crate::open_files;
use crate::world_cell::WorldCell;

/// A world that is served.
#[derive(Debug)]
pub struct OpenWorld {
    /// Which world of the process it is.
    pub id: u64,
    /// The world.
    pub cell: Arc<WorldCell>,
    /// Where it listens.
    pub address: SocketAddr,
    /// What closes its port. The start world has none: its ports are the process's.
    port: Mutex<Option<Port>>,
}

/// A world's own port. Dropping the listener closes it at once.
#[derive(Debug)]
struct Port {
    listener: Arc<TcpListener>,
    shutdown: Shutdown,
    serving: JoinHandle<()>,
}

/// Why a world cannot have a port.
#[derive(Debug)]
pub enum NoPort {
    /// The process may open this many files, and what is left is kept for connections.
    TooManyOpenFiles {
        /// The limit.
        limit: u64,
    },
    /// What the system said.
    Refused(io::Error),
}

impl std::fmt::Display for NoPort {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooManyOpenFiles { limit } => write!(
                f,
                "This process may open {limit} files: each world needs one, and {} are kept for connections. Raise the limit (ulimit -n) \
                 and start the emulator again, or delete worlds.",
                open_files::KEPT_FOR_CONNECTIONS
            ),
            Self::Refused(error) => write!(f, "No port can be had: {error}."),
        }
    }
}

impl std::error::Error for NoPort {}

impl OpenWorld {
    /// Returns the world that a process starts with, which listens where the process does.
    pub fn at_the_start(cell: Arc<WorldCell>, address: SocketAddr) -> Self {
        Self { id: app::START_WORLD, cell, address, port: Mutex::new(None) }
    }

    /// Opens a port for a world and begins to serve it. Must be called on a runtime.
    ///
    /// # Errors
    /// There is no port, or no file is left for one.
    pub fn open(app: &Arc<App>, id: u64, cell: Arc<WorldCell>, worlds: usize) -> Result<Self, NoPort> {
        let limit = open_files::limit();
        if limit.saturating_sub(open_files::KEPT_FOR_CONNECTIONS) < worlds as u64 {
            return Err(NoPort::TooManyOpenFiles { limit });
        }
        let runtime = tokio::runtime::Handle::try_current().map_err(|_| NoPort::Refused(io::ErrorKind::Unsupported.into()))?;
        let listener = Arc::new(listen::bind_free_port(app.address().ip()).map_err(|error| match open_files::is_exhausted(&error) {
            true => NoPort::TooManyOpenFiles { limit },
            false => NoPort::Refused(error),
        })?);
        let address = listener.local_addr().map_err(NoPort::Refused)?;
        let (shutdown, served) = (Shutdown::default(), Served::new(Arc::clone(app), Arc::clone(&cell), &base_urls(address).0));
        let tls = TlsAcceptor::from(Arc::clone(app.tls()));
        let serving = runtime.spawn(listen::serve_lent(Arc::downgrade(&listener), tls, served, shutdown.clone()));
        Ok(Self { id, cell, address, port: Mutex::new(Some(Port { listener, shutdown, serving })) })
    }

    /// Closes the port at once, and the connections when their answers in flight are sent; returns what waits for that.
    pub fn close(&self) -> Option<JoinHandle<()>> {
        self.end(drop)
    }

    /// As `close`, with the process: its ports may be held.
    pub fn close_with(&self, process: &Shutdown) -> Option<JoinHandle<()>> {
        self.end(|port| process.close(port))
    }

    fn end(&self, close: impl FnOnce(Arc<TcpListener>)) -> Option<JoinHandle<()>> {
        let Port { listener, shutdown, serving } = self.port.lock().take()?;
        close(listener);
        shutdown.request();
        Some(serving)
    }

    /// Returns its base URLs, for plain HTTP and for HTTPS, of clients on this machine.
    pub fn urls(&self) -> (String, String) {
        base_urls(self.address)
    }

    /// Returns its base URLs for a client that called the process by that host: a neighbour keeps the name by which it
    /// got here.
    pub fn urls_at(&self, host: &str) -> (String, String) {
        let is_this_machine = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        if self.address.ip().is_loopback() || host.is_empty() || is_this_machine(host) {
            return self.urls();
        }
        let port = self.address.port();
        (format!("http://{host}:{port}"), format!("https://{host}:{port}"))
    }
}

/// Returns the URLs by which clients on this machine reach that address.
fn base_urls(address: SocketAddr) -> (String, String) {
    let here = match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let at = SocketAddr::new(here, address.port());
    let is_localhost = here == Ipv4Addr::LOCALHOST || here == Ipv6Addr::LOCALHOST;
    let https = if is_localhost { format!("https://localhost:{}", at.port()) } else { format!("https://{at}") };
    (format!("http://{at}"), https)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_cell::Moment;
    use adf_emulator_core::world::World;
    use adf_emulator_core::world_file::ClockEntry;

    #[test]
    fn urls_are_those_of_clients_on_this_machine() {
        for (address, http, https) in [
            ("127.0.0.1:7", "http://127.0.0.1:7", "https://localhost:7"),
            ("0.0.0.0:7", "http://127.0.0.1:7", "https://localhost:7"),
            ("[::]:7", "http://[::1]:7", "https://localhost:7"),
            ("10.1.2.3:7", "http://10.1.2.3:7", "https://10.1.2.3:7"),
            ("[fd00::1]:7", "http://[fd00::1]:7", "https://[fd00::1]:7"),
        ] {
            assert_eq!(base_urls(address.parse().unwrap()), (http.to_owned(), https.to_owned()));
        }
    }

    #[test]
    fn a_neighbour_keeps_the_host_by_which_it_came() {
        for (address, host, http, https) in [
            ("0.0.0.0:7", "emulator", "http://emulator:7", "https://emulator:7"),
            ("[::]:7", "[fd00::1]", "http://[fd00::1]:7", "https://[fd00::1]:7"),
            ("10.1.2.3:7", "emulator", "http://emulator:7", "https://emulator:7"),
            ("10.1.2.3:7", "", "http://10.1.2.3:7", "https://10.1.2.3:7"),
            ("0.0.0.0:7", "localhost", "http://127.0.0.1:7", "https://localhost:7"),
            ("127.0.0.1:7", "emulator", "http://127.0.0.1:7", "https://localhost:7"),
        ] {
            let start = Moment { world: World::default(), time: ClockEntry::default().into() };
            let world = OpenWorld::at_the_start(Arc::new(WorldCell::new(start)), address.parse().unwrap());
            assert_eq!(world.urls_at(host), (http.to_owned(), https.to_owned()), "{address} {host}");
        }
    }
}
