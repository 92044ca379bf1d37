//! How do files get into a folder that belongs to somebody else: all or none, and nothing of theirs touched?

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::output;
use crate::shape::Files;

/// The file that lists what the last run wrote; it begins with a point, so that nobody takes it for a manifest.
const INDEX: &str = ".ollama-k8s";
const FIRST_LINE: &str =
    "# Written by ollama-k8s. What is listed here is overwritten, and removed when it is not rendered any more.";

/// Files that wait for all others before they are moved into the folder.
pub(super) struct Staged {
    folder: PathBuf,
    waiting: TempDir,
    paths: BTreeSet<String>,
}

impl Staged {
    /// Begins to write to a folder, which is made if it is not there.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let context = || format!("cannot write to {}", folder.display());
        fs::create_dir_all(folder).with_context(context)?;
        // Inside, as only there a file is certainly moved by a rename.
        let waiting = tempfile::Builder::new().prefix(".ollama-k8s-").tempdir_in(folder).with_context(context)?;
        Ok(Self { folder: folder.to_owned(), waiting, paths: BTreeSet::new() })
    }

    /// Adds files below `below`, which is empty or ends with `/`.
    pub(super) fn add(&mut self, below: &str, files: &Files) -> Result<()> {
        for (path, text) in files {
            let path = format!("{below}{path}");
            put(&self.waiting.path().join(&path), text)?;
            self.paths.insert(path);
        }
        Ok(())
    }

    /// Moves all files into the folder, and removes those of the run before that are not among them. Returns how many
    /// there are now, and how many were removed.
    pub(super) fn finish(self) -> Result<(usize, usize)> {
        let old = index(&self.folder)?;
        let foreign: Vec<&str> = self.paths.difference(&old).map(String::as_str).collect();
        let foreign: Vec<&str> = foreign.into_iter().filter(|path| !self.may_write(path)).collect();
        ensure!(
            foreign.is_empty(),
            "{} not written by this tool: move away what is there, or write to another folder",
            listed(&self.folder, &foreign)
        );
        // Whenever it stops, the index has all that is from here.
        let all: BTreeSet<String> = old.union(&self.paths).cloned().collect();
        write_index(&self.folder, &all)?;
        for path in &self.paths {
            let (from, to) = (self.waiting.path().join(path), self.folder.join(path));
            if is_same(&from, &to) {
                continue;
            }
            make_parent(&to)?;
            fs::rename(&from, &to).with_context(|| format!("cannot write {}", to.display()))?;
        }
        let stale: Vec<&String> = old.difference(&self.paths).collect();
        for path in &stale {
            remove(&self.folder, path)?;
        }
        write_index(&self.folder, &self.paths)?;
        Ok((self.paths.len(), stale.len()))
    }

    /// Whether nothing is in the way of a file that no run wrote before.
    fn may_write(&self, path: &str) -> bool {
        let target = self.folder.join(path);
        fs::symlink_metadata(&target).is_err() || is_same(&self.waiting.path().join(path), &target)
    }
}

/// How the files of a folder differ from what they should be.
pub(super) struct Comparison {
    folder: PathBuf,
    paths: BTreeSet<String>,
    /// The differences so far, as `diff -u` shows them.
    pub(super) differences: String,
}

impl Comparison {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), paths: BTreeSet::new(), differences: String::new() }
    }

    /// Compares files below `below`, which is empty or ends with `/`.
    pub(super) fn add(&mut self, below: &str, files: &Files) -> Result<()> {
        for (path, text) in files {
            let path = format!("{below}{path}");
            let at = self.folder.join(&path);
            let found = read(&at)?;
            self.differences.push_str(&difference(&at, found.as_deref(), Some(text)));
            self.paths.insert(path);
        }
        Ok(())
    }

    /// Adds the files that should not be there any more.
    pub(super) fn finish(mut self) -> Result<String> {
        for path in index(&self.folder)?.difference(&self.paths) {
            let at = self.folder.join(path);
            self.differences.push_str(&difference(&at, read(&at)?.as_deref(), None));
        }
        Ok(self.differences)
    }
}

/// How a file differs from what it should be, as `diff -u` shows it; empty where it does not.
pub(super) fn difference(at: &Path, found: Option<&str>, wanted: Option<&str>) -> String {
    if found == wanted {
        return String::new();
    }
    let name = |there: bool| if there { at.display().to_string() } else { "/dev/null".to_owned() };
    let diff = similar::TextDiff::from_lines(found.unwrap_or_default(), wanted.unwrap_or_default());
    diff.unified_diff().header(&name(found.is_some()), &name(wanted.is_some())).to_string()
}

/// The text of a file; nothing where there is none.
pub(super) fn read(at: &Path) -> Result<Option<String>> {
    match fs::read(at) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", at.display())),
    }
}

/// The paths that the run before wrote.
fn index(folder: &Path) -> Result<BTreeSet<String>> {
    let at = folder.join(INDEX);
    let text = read(&at)?.unwrap_or_default();
    let paths: BTreeSet<String> =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect();
    // Somebody else may have changed it: nothing outside of the folder is ever removed.
    let is_inside = |path: &String| Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if let Some(outside) = paths.iter().find(|path| !is_inside(path)) {
        bail!("{} lists {outside}, which is not in its folder: correct it or remove it", at.display());
    }
    Ok(paths)
}

fn write_index(folder: &Path, paths: &BTreeSet<String>) -> Result<()> {
    let lines: Vec<&str> = std::iter::once(FIRST_LINE).chain(paths.iter().map(String::as_str)).collect();
    output::to_file(&folder.join(INDEX), &mut (lines.join("\n") + "\n").as_bytes())
}

fn put(at: &Path, text: &str) -> Result<()> {
    make_parent(at)?;
    fs::write(at, text).with_context(|| format!("cannot write {}", at.display()))
}

fn make_parent(at: &Path) -> Result<()> {
    let Some(parent) = at.parent() else { return Ok(()) };
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::read(one), fs::read(other)), (Ok(one), Ok(other)) if one == other)
}

/// Removes a file that may be gone, and the folders that are empty without it.
fn remove(folder: &Path, path: &str) -> Result<()> {
    let at = folder.join(path);
    match fs::remove_file(&at) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", at.display()));
        }
        _ => {}
    }
    // A folder with something in it stays.
    let inside = at.ancestors().skip(1).take_while(|above| *above != folder);
    for above in inside {
        if fs::remove_dir(above).is_err() {
            break;
        }
    }
    Ok(())
}

fn listed(folder: &Path, paths: &[&str]) -> String {
    let shown: Vec<String> = paths.iter().take(3).map(|path| folder.join(path).display().to_string()).collect();
    let more = paths.len() - shown.len();
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    format!("{}{rest} {}", shown.join(", "), if paths.len() == 1 { "is" } else { "are" })
}
