//! The files of the repository, as the checks read them.
//!
//! A walk of the working tree rather than a question to git, so that a new file is checked before it is committed and
//! the checks also run where there is no git. What is built or installed is left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Folders that hold nothing of ours; `.git` is a file in a second working tree.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", ".venv", "__pycache__", ".pytest_cache"];

/// One file of the repository.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path below the root of the repository, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// Returns whether it is in this folder or below it.
    pub fn is_in(&self, folder: &str) -> bool {
        self.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns its name without the folders.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a parent folder").to_path_buf()
}

static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
    let mut files = Vec::new();
    gather(&root(), "", &mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
});

/// Returns all text files of the repository, by path.
pub fn all() -> &'static [File] {
    &FILES
}

/// Returns all Rust files of the repository.
pub fn rust() -> Vec<File> {
    FILES.iter().filter(|file| file.path.ends_with(".rs")).cloned().collect()
}

/// Returns all pages of documentation.
pub fn pages() -> Vec<File> {
    FILES.iter().filter(|file| file.path.ends_with(".md")).cloned().collect()
}

/// Returns whether a path below the root names a file or a folder.
pub fn exists(path: &str) -> bool {
    root().join(path).exists()
}

fn gather(folder: &Path, below: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository can be read") {
        let entry = entry.expect("an entry of a folder can be read");
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        let kind = entry.file_type().expect("an entry has a type");
        if NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            gather(&entry.path(), &path, files);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push(File { path, text });
        }
    }
}

/// Returns a file that only a test knows.
#[cfg(test)]
pub fn sample(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}
