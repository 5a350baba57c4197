//! How many files this process may have open: each world's port is one, each connection another.
//!
//! Systems start programs with a soft limit of often 1,024, below a hard limit that a program may raise it to.

use std::io;

/// Files that are never given to ports of worlds: connections, the process's own ports, standard streams.
pub const KEPT_FOR_CONNECTIONS: u64 = 128;

/// Raises the soft limit to the hard one. Where that is not allowed the limit stays as it is, and `limit` tells it.
#[cfg(unix)]
pub fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    }
}

/// Returns the soft limit.
#[cfg(unix)]
pub fn limit() -> u64 {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// Returns whether an error says that no more files can be opened, in this process or on this machine.
#[cfg(unix)]
pub fn is_exhausted(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::MFILE, Errno::NFILE].iter().any(|known| error.raw_os_error() == Some(known.raw_os_error()))
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn raise_limit() {}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn limit() -> u64 {
    u64::MAX
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn is_exhausted(_: &io::Error) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_soft_limit_becomes_the_hard_one() {
        raise_limit();
        let hard = rustix::process::getrlimit(rustix::process::Resource::Nofile).maximum;
        assert_eq!(limit(), hard.unwrap_or(u64::MAX));
        assert!(is_exhausted(&rustix::io::Errno::MFILE.into()) && !is_exhausted(&io::ErrorKind::AddrInUse.into()));
    }
}
