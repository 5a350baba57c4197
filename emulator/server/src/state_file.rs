//! `--state FILE`: a world across runs, read at start if it is there and written on a clean stop.
//!
//! The file is a world file with all that the server made. It is replaced in one step, and on the disk before that, so
//! that a full disk or a power cut leaves the old one whole.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::commands::Failure;
use crate::config::{WorldText, WrongUse};

/// The file that keeps the world between runs.
#[derive(Clone, Debug)]
pub struct StateFile {
    /// As the command line has it, for messages.
    given: PathBuf,
}

impl StateFile {
    /// Reads the file, if it is there, and tries whether it can be written at the end.
    ///
    /// # Errors
    /// Wrong use: it can be neither, or it is not text.
    pub fn open(path: &Path) -> Result<(Self, Option<WorldText>), WrongUse> {
        let file = Self { given: path.to_owned() };
        let wrong = |problem: String| WrongUse::new(file.complaint(&problem));
        let text = match std::fs::read(path) {
            Ok(bytes) => {
                let text = String::from_utf8(bytes).map_err(|_| wrong("the file is not UTF-8; move it away to start anew".to_owned()))?;
                Some(WorldText { name: path.display().to_string(), text })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(wrong(format!("{error}; name a file that can be read and written"))),
        };
        file.begin().map_err(|error| wrong(format!("{error}; name a file in a folder that can be written")))?;
        Ok((file, text))
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
        let (_, text) = StateFile::open(&path).unwrap();
        assert_eq!(text.unwrap().text, "{\"seed\":1}\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
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
        std::fs::remove_dir(&folder).unwrap();
        let said = file.save("{}").unwrap_err().to_string();
        assert!(said.contains("the world is not saved"), "{said}");
    }
}
