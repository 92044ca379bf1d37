//! `schema`: what may be written in a profile, for editors.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::Failure;
use super::output;
use crate::profile::{Covers, schema};

/// Print the JSON Schema of a profile, for editors
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s schema -o ollama-k8s.schema.json
  ollama-k8s schema --overlay -o ollama-k8s-overlay.schema.json

Editors with the YAML language server take it from the first line of a profile beside it:
  # yaml-language-server: $schema=ollama-k8s.schema.json
`ollama-k8s init` writes that line where the file is there.")]
pub(super) struct Arguments {
    /// The schema of an overlay: everything may be left out
    #[arg(long)]
    overlay: bool,
    /// Write to a file, which holds all of it or stays as it was
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = output::json(&schema(if arguments.overlay { Covers::Layer } else { Covers::Profile }));
    match arguments.output.as_deref() {
        Some(path) if path != Path::new("-") => output::to_file(path, &mut text.as_bytes())?,
        _ => output::to_stdout(&text)?,
    }
    Ok(())
}
