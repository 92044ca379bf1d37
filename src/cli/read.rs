//! `models read`: a model's own file becomes lines of a profile.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueHint};

use super::Failure;
use super::output;
use crate::model_file;

/// Print the profile lines of a model: from its GGUF file, or from the answer of Ollama's /api/show
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s models read tuned.gguf
  curl -s http://ollama:11434/api/show -d '{\"model\": \"tuned\"}' | ollama-k8s models read -")]
pub(super) struct Arguments {
    /// A GGUF file, a file with the JSON of /api/show, or - for such JSON on stdin
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = arguments.file.display().to_string();
    let unusable = |why: String| Failure::Unusable(format!("error: {name}: {why}\n"));
    let found = if name == "-" {
        let mut stdin = BufReader::new(io::stdin());
        if stdin.fill_buf().context("cannot read stdin")?.starts_with(b"GGUF") {
            return Err(unusable("a GGUF file on stdin does not say how large it is; give it by its name".to_owned()));
        }
        model_file::read(stdin, 0)
    } else {
        let file = File::open(&arguments.file).with_context(|| format!("cannot read {name}"))?;
        let about = file.metadata().with_context(|| format!("cannot read {name}"))?;
        if !about.is_file() {
            return Err(unusable("not a file".to_owned()));
        }
        model_file::read(file, about.len())
    };
    let found = found.map_err(|error| unusable(error.to_string()))?;
    Ok(output::to_stdout(&model_file::lines(&found))?)
}
