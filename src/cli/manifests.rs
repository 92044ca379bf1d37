//! Which manifests are meant: files, folders, stdin.

use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::Context;

use crate::tree::{SourceId, Sources};

/// Reads a file, all files of a folder that may hold manifests in the order of their names, or `-`: stdin.
pub(super) fn read(path: &Path, sources: &mut Sources, ids: &mut Vec<SourceId>) -> anyhow::Result<()> {
    read_one(path, true, sources, ids)
}

fn read_one(path: &Path, named: bool, sources: &mut Sources, ids: &mut Vec<SourceId>) -> anyhow::Result<()> {
    let context = || format!("cannot read {}", path.display());
    if path == Path::new("-") {
        ids.push(sources.add_bytes("stdin", read_stdin()?));
        return Ok(());
    }
    let name = || path.strip_prefix(".").unwrap_or(path).display().to_string();
    if fs::metadata(path).with_context(context)?.is_dir() {
        if named {
            sources.add_folder(name());
        }
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .with_context(context)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()
            .with_context(context)?;
        entries.sort();
        for entry in entries {
            let hidden = entry.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let link = fs::symlink_metadata(&entry).is_ok_and(|found| found.is_symlink());
            if hidden || link && entry.is_dir() {
                sources.pass_over(entry.strip_prefix(".").unwrap_or(&entry).display().to_string());
            } else {
                read_one(&entry, false, sources, ids)?;
            }
        }
        return Ok(());
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_kustomization = path.file_name().is_some_and(|name| name == "Kustomization");
    if named || is_kustomization || ["yaml", "yml", "json", "env"].contains(&ending) {
        let bytes = fs::read(path).with_context(context)?;
        ids.push(sources.add_bytes(name(), bytes));
    }
    Ok(())
}

/// All of stdin.
pub(super) fn read_stdin() -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::Read::read_to_end(&mut io::stdin(), &mut bytes).context("cannot read stdin")?;
    Ok(bytes)
}
