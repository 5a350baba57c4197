//! `--state FILE`: a world across runs, read at start if it is there and written on a clean stop.
//!
//! The file is a world file with all that the server made. It is replaced in one step, and on the disk before that, so
//! that a full disk or a power cut leaves the old one whole. One emulator at a time has it: two would overwrite each
//! other. The lock is the system's, on a file beside it, and ends with the process however that ends.

use std::fs::{File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

use crate::commands::Failure;
use crate::config::{WorldText, WrongUse};

/// The file that keeps the world between runs.
#[derive(Clone, Debug)]
pub struct StateFile {
    /// As the command line has it, for messages.
    given: PathBuf,
    /// What keeps others from it, to the end of the last clone.
    lock: Option<Arc<Lock>>,
}

/// A file beside the one that is meant, locked while this lives and gone after it.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    #[expect(dead_code, reason = "it is there to be dropped")]
    file: File,
}

/// What the name of the file that is locked ends with.
const LOCK: &str = ".lock";

/// How often a lock is tried whose file goes away meanwhile.
const LOCK_TRIES_MAX: usize = 100;

impl StateFile {
    /// Reads the file, if it is there, and tries whether it can be written at the end.
    ///
    /// # Errors
    /// Wrong use: it can be neither, it is not text, or another emulator has it.
    pub fn open(path: &Path) -> Result<(Self, Option<WorldText>), WrongUse> {
        let mut file = Self { given: path.to_owned(), lock: None };
        file.lock = file.lock().map_err(|problem| WrongUse::new(file.complaint(&problem)))?;
        let wrong = |problem: String| WrongUse::new(file.complaint(&problem));
        let text = match std::fs::read(path) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).map_err(|_| wrong("the file is not UTF-8; move it away to start anew".to_owned()))?;
                Some(WorldText { name: path.display().to_string(), text })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(wrong(format!("{error}; name a file that can be read and written"))),
        };
        Ok((file, text))
    }

    /// Takes the file for this process. Where the system has no locks nothing is taken.
    fn lock(&self) -> Result<Option<Arc<Lock>>, String> {
        // Also shows whether there will be room for a new file at the end.
        let (_, path) = self.begin().map_err(|error| match error.kind() {
            io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => format!("{error}; name a file that can be read and written"),
            _ => format!("{error}; name a file in a folder that can be written"),
        })?;
        let mut name = path.into_os_string();
        name.push(LOCK);
        let path = PathBuf::from(name);
        for _ in 0..LOCK_TRIES_MAX {
            let Ok(file) = File::options().create(true).write(true).truncate(false).open(&path) else { return Ok(None) };
            match file.try_lock() {
                Ok(()) if is_at(&file, &path) => return Ok(Some(Arc::new(Lock { path, file }))),
                // Who had it before took it away between our opening and locking it.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err("another emulator keeps its world there; stop that one, or name another file".to_owned());
                }
                Err(TryLockError::Error(_)) => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Puts `text` in place of what the file holds.
    ///
    /// # Errors
    /// The disk is full, the folder gone: the file is as it was.
    pub fn save(&self, text: &str) -> Result<(), Failure> {
        let saved = self.begin().and_then(|(mut new, path)| {
            new.write_all(text.as_bytes())?;
            new.write_all(b"\n")?;
            new.as_file().sync_all()?;
            if let Ok(old) = std::fs::metadata(&path) {
                new.as_file().set_permissions(old.permissions())?;
            }
            let folder = folder_of(&path).to_owned();
            new.persist(&path)?;
            sync(&folder)
        });
        saved.map_err(|error| Failure::Failed(self.complaint(&format!("the world is not saved, the file is as it was: {error}"))))
    }

    /// Returns a new file beside the one that is meant, and that one's path: of a link, what it leads to.
    fn begin(&self) -> io::Result<(NamedTempFile, PathBuf)> {
        let path = std::fs::canonicalize(&self.given).unwrap_or_else(|_| self.given.clone());
        if path.file_name().is_none() || path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "that is a folder"));
        }
        let new = tempfile::Builder::new().prefix(".new-").tempfile_in(folder_of(&path))?;
        Ok((new, path))
    }

    fn complaint(&self, problem: &str) -> String {
        format!("--state '{}': {problem}", self.given.display())
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Before the lock ends, so that nobody else can have it yet. Where an open file stays, it is left.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Returns whether the file is still the one of that name.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let there = file.metadata().ok().zip(std::fs::metadata(path).ok());
    there.is_some_and(|(ours, theirs)| (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino()))
}

/// An open file keeps its name here.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// Makes the new name outlast a power cut.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Names are kept by the system here.
#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_read_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let (file, text) = StateFile::open(&path).unwrap();
        assert!(text.is_none() && !path.exists());
        file.save("{}").unwrap();
        file.save("{\"seed\":1}").unwrap();
        drop(file);
        let (_, text) = StateFile::open(&path).unwrap();
        assert_eq!(text.unwrap().text, "{\"seed\":1}\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn one_at_a_time_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.json");
        let (first, _) = StateFile::open(&path).unwrap();
        let line = StateFile::open(&path).unwrap_err().line;
        assert!(line.ends_with("another emulator keeps its world there; stop that one, or name another file"), "{line}");
        let kept = first.clone();
        drop(first);
        assert!(StateFile::open(&path).is_err(), "a configuration that is cloned has it still");
        drop(kept);
        StateFile::open(&path).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        // What a process that was killed has left behind is nobody's.
        std::fs::write(folder.path().join("world.json.lock"), "").unwrap();
        StateFile::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("world.json"), folder.path().join("link.json"));
        std::fs::write(&path, "{}").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        StateFile::open(&link).unwrap().0.save("{\"seed\":1}").unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"seed\":1}\n");
    }

    #[test]
    fn what_cannot_be_read_or_written_is_refused_at_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, [0xff]).unwrap();
        for (path, said) in [
            (file.clone(), "is not UTF-8"),
            (folder.path().to_owned(), "name a file"),
            (file.join("below"), "name a file"),
            (folder.path().join("none/world.json"), "name a file in a folder"),
        ] {
            let line = StateFile::open(&path).unwrap_err().line;
            assert!(line.starts_with(&format!("--state '{}'", path.display())) && line.contains(said), "{line}");
        }
    }

    #[test]
    fn a_world_that_cannot_be_saved_leaves_the_old_one() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("folder");
        std::fs::create_dir(&folder).unwrap();
        let (file, _) = StateFile::open(&folder.join("world.json")).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let said = file.save("{}").unwrap_err().to_string();
        assert!(said.contains("the world is not saved"), "{said}");
    }
}
