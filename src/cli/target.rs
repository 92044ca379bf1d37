//! Where do rendered profiles go: to stdout, a file or a folder, or are they only compared with what is there?

use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::SpooledTempFile;

use super::folder::{self, Comparison, Staged};
use super::output;
use crate::shape::Files;

/// More than one bundle, so that only fleets wait on a disk.
const IN_MEMORY: usize = 4 << 20;

/// Where it all goes.
pub(super) enum Target {
    /// One stream, to stdout or a file; it waits until nothing can go wrong any more.
    Stream { to: Option<PathBuf>, text: SpooledTempFile },
    /// A file that is compared.
    Compared { with: PathBuf, text: String },
    /// A folder.
    Folder(Staged),
    /// A folder that is compared.
    ComparedFolder(Comparison),
}

/// What has become of it.
pub(super) enum Done {
    /// Written to stdout.
    Printed,
    /// Written: a sentence for who wants to know.
    Written(String),
    /// Compared: the differences.
    Compared(String),
}

impl Target {
    pub(super) fn stream(to: Option<&Path>) -> Self {
        let to = to.filter(|path| *path != Path::new("-")).map(Path::to_owned);
        Self::Stream { to, text: SpooledTempFile::new(IN_MEMORY) }
    }

    /// Whether it takes files, not a stream.
    pub(super) fn is_folder(&self) -> bool {
        matches!(self, Self::Folder(_) | Self::ComparedFolder(_))
    }

    /// Takes a part of the stream.
    pub(super) fn take_text(&mut self, part: &str) -> Result<()> {
        match self {
            Self::Stream { text, .. } => text.write_all(part.as_bytes()).context("cannot keep what is rendered"),
            Self::Compared { text, .. } => {
                text.push_str(part);
                Ok(())
            }
            Self::Folder(_) | Self::ComparedFolder(_) => unreachable!("a folder takes files"),
        }
    }

    /// Takes files below `below`, which is empty or ends with `/`.
    pub(super) fn take_files(&mut self, below: &str, files: &Files) -> Result<()> {
        match self {
            Self::Folder(staged) => staged.add(below, files),
            Self::ComparedFolder(comparison) => comparison.add(below, files),
            Self::Stream { .. } | Self::Compared { .. } => unreachable!("a stream takes text"),
        }
    }

    /// Does it, once nothing can go wrong any more.
    pub(super) fn finish(self) -> Result<Done> {
        match self {
            Self::Stream { to, mut text } => {
                text.rewind().context("cannot read what was rendered")?;
                let Some(path) = to else { return output::to_stdout_from(&mut text).map(|()| Done::Printed) };
                output::to_file(&path, &mut text)?;
                Ok(Done::Written(format!("wrote {}", path.display())))
            }
            Self::Compared { with, text } => {
                let found = folder::read(&with)?;
                Ok(Done::Compared(folder::difference(&with, found.as_deref(), Some(&text))))
            }
            Self::Folder(staged) => {
                let (written, removed) = staged.finish()?;
                Ok(Done::Written(format!("wrote {written} files, removed {removed}")))
            }
            Self::ComparedFolder(comparison) => Ok(Done::Compared(comparison.finish()?)),
        }
    }
}

/// Whether a path means a folder: it is one, ends as one, or is not there and has no ending of a file of manifests.
pub(super) fn means_folder(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let is_new = fs::metadata(path).is_err();
    let has_ending =
        path.extension().is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known));
    path.is_dir() || text.ends_with('/') || (is_new && !has_ending && text != "-")
}
