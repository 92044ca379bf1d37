//! `render`: a profile becomes a bundle.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use super::Failure;
use super::input::{Input, ProfileArguments};
use super::output::{self, Streams};
use crate::{Refusal, Rendered, report, yaml};

/// Write the Kubernetes manifests of a profile
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s render | kubectl apply --server-side -f -
  ollama-k8s render cpu-72b --set server.contextLength=16384 -o ollama.yaml
  ollama-k8s render ha-rwx --example | less
  ollama-k8s render mine.yaml --overlay prod.yaml --namespace llm")]
pub(super) struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,
    /// Fill in examples for values that only you know, to look at the result
    #[arg(long)]
    example: bool,
    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    format: Format,
    /// Write to a file, which holds all of it or stays as it was
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// How to write manifests.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// With the reasons as comments
    Yaml,
    /// One List
    Json,
    /// With the reasons, braces, and every string in quotes
    Kyaml,
}

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<(), Failure> {
    let input = arguments.profile.load(&[])?;
    let Input { sources, loaded, name } = &input;
    let Rendered { bundle, warnings, findings } =
        crate::render(&loaded.profile, &input.made_from()).map_err(|refusal| {
            Failure::Unusable(match refusal {
                Refusal::Profile(problems) => report::problems(sources, &loaded.tree, &problems),
                Refusal::Bundle(found) => report::findings(&found),
            })
        })?;
    if !arguments.example && !loaded.missing.is_empty() {
        return Err(Failure::Unusable(report::missing(name, &loaded.missing)));
    }
    streams.warning(&report::problems(sources, &loaded.tree, &warnings));
    streams.warning(&report::findings(&findings));
    let format = match arguments.format {
        Format::Yaml => yaml::Format::Yaml,
        Format::Json => yaml::Format::Json,
        Format::Kyaml => yaml::Format::Kyaml,
    };
    let mut text = String::new();
    yaml::write(&bundle, format, &mut text);
    match arguments.output.as_deref() {
        Some(path) if path != Path::new("-") => {
            output::to_file(path, &text)?;
            streams.note(&format!("wrote {}: {} objects", path.display(), bundle.objects.len()));
        }
        _ => output::to_stdout(&text)?,
    }
    Ok(())
}
