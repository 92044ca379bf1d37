//! `lint`: what is wrong with the manifests that people have.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::output::{self, Streams};
use super::{Ending, Failure, manifests};
use crate::facts::Version;
use crate::lint::{self, Options};
use crate::report;
use crate::rules::{self, RULES, Rule, Severity};
use crate::tree::{Sources, nearest};

/// Say what is wrong with manifests that deploy Ollama
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s lint ollama.yaml
  ollama-k8s lint apps/ollama clusters/
  helm template ollama otwld/ollama | ollama-k8s lint -")]
pub(super) struct Arguments {
    /// Files and folders, or - for stdin
    #[arg(required_unless_present = "rules", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// How to write what is found
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Only these rules, with commas between
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = rule)]
    only: Vec<&'static Rule>,
    /// None of these rules, with commas between
    #[arg(long, value_name = "ID", value_delimiter = ',', value_parser = rule)]
    skip: Vec<&'static Rule>,
    /// The release of Kubernetes that the manifests are for, as in 1.35
    #[arg(long, value_name = "VERSION")]
    kubernetes: Option<Version>,
    /// End with status 1 from warnings on, not only from errors on
    #[arg(long)]
    strict: bool,
    /// List the rules instead, as text or JSON
    #[arg(long)]
    rules: bool,
}

/// How to write what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the lines, and what to write instead
    Text,
    /// For scripts
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Commands that GitHub Actions shows on the lines
    Github,
}

/// A rule by its name.
pub(super) fn rule(id: &str) -> Result<&'static Rule, String> {
    rules::rule(id).ok_or_else(|| {
        let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
        nearest(id, &ids).map_or_else(
            || "there is no such rule; ollama-k8s lint --rules lists them".to_owned(),
            |near| format!("there is no such rule; did you mean {near}?"),
        )
    })
}

pub(super) fn run(arguments: &Arguments, streams: &Streams) -> Result<Ending, Failure> {
    if arguments.rules {
        output::to_stdout(&report::table(arguments.format == Format::Json))?;
        return Ok(Ending::Done);
    }
    let mut sources = Sources::default();
    let mut ids = Vec::new();
    for path in &arguments.paths {
        manifests::read(path, &mut sources, &mut ids)?;
    }
    let options =
        Options { kubernetes: arguments.kubernetes, only: arguments.only.clone(), skip: arguments.skip.clone() };
    let report = lint::lint(&sources, ids, &options);
    let text = match arguments.format {
        Format::Text => report::lint(&sources, &report),
        Format::Json => report::json(&sources, &report),
        Format::Sarif => report::sarif(&sources, &report),
        Format::Github => report::github(&sources, &report),
    };
    streams.product(&text)?;
    let from = if arguments.strict { Severity::Warning } else { Severity::Error };
    let bad = report.found.iter().any(|found| found.finding.rule.severity >= from);
    Ok(if bad { Ending::Findings } else { Ending::Done })
}
