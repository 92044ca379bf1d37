//! Where does text go: the product to stdout or a file, everything else to stderr?

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use anyhow::Context;
use clap::ValueEnum;
use k8s_openapi::serde_json;
use serde::Serialize;

use super::{Color, OutputArguments};

/// How to write what is told, rather than rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people; a table is lines with tabs in a pipe
    Text,
    /// For scripts: sizes in bytes, times in seconds
    Json,
}

/// The streams of a run.
pub(super) struct Streams {
    stdout: ColorChoice,
    stderr: AutoStream<io::Stderr>,
    quiet: bool,
    verbose: bool,
}

impl Streams {
    pub(super) fn new(arguments: &OutputArguments) -> Self {
        let choice = |by_itself: ColorChoice| match arguments.color {
            Color::Auto => by_itself,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            stdout: choice(AutoStream::choice(&io::stdout())),
            stderr: AutoStream::new(io::stderr(), choice(AutoStream::choice(&io::stderr()))),
            quiet: arguments.quiet,
            verbose: arguments.verbose,
        }
    }

    /// Writes a product with colours to stdout, which keeps them or not.
    pub(super) fn product(&self, text: &str) -> anyhow::Result<()> {
        match self.stdout {
            ColorChoice::Never => to_stdout(&strip_str(text).to_string()),
            _ => to_stdout(text),
        }
    }

    /// Says what went wrong.
    pub(super) fn error(&mut self, text: &str) {
        // Nobody is left to tell if this fails.
        let _ = self.stderr.write_all(text.as_bytes());
    }

    /// Says what could be better.
    pub(super) fn warning(&mut self, text: &str) {
        if !self.quiet {
            self.error(text);
        }
    }

    /// Says what is done.
    pub(super) fn note(&mut self, text: &str) {
        if self.verbose {
            self.error(&format!("{text}\n"));
        }
    }
}

/// Whether stdout is read by a person.
pub(super) fn is_for_people() -> bool {
    io::stdout().is_terminal()
}

/// What scripts read, with a line's end.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("what is told has no keys but text") + "\n"
}

/// Writes the product to stdout. A reader that has seen enough is no error.
pub(super) fn to_stdout(text: &str) -> anyhow::Result<()> {
    to_stdout_from(&mut text.as_bytes())
}

/// The same of a product that need not be in memory.
pub(super) fn to_stdout_from(product: &mut impl Read) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match io::copy(product, &mut stdout).and_then(|_| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to stdout"),
    }
}

/// Writes the product to a file, which holds all of it or stays as it was.
pub(super) fn to_file(path: &Path, product: &mut impl Read) -> anyhow::Result<()> {
    let context = || format!("cannot write {}", path.display());
    // A symbolic link is followed, a device or pipe written to: only a plain file is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let mut device = fs::OpenOptions::new().write(true).open(&target).with_context(context)?;
        return io::copy(product, &mut device).map(drop).with_context(context);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Asked first, as the temporary file's own error would name a file that nobody knows.
    fs::metadata(folder).with_context(context)?;
    let mut file = new_file(folder).with_context(context)?;
    io::copy(product, file.as_file_mut()).with_context(context)?;
    if let Ok(found) = fs::metadata(&target) {
        file.as_file().set_permissions(found.permissions()).with_context(context)?;
    }
    file.persist(&target).map_err(|error| error.error).with_context(context)?;
    Ok(())
}

/// A file beside the target, with the permissions that any new file gets.
fn new_file(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".ollama-k8s-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
