//! `explain`: what a rule says.

use clap::Args;

use super::{Failure, lint, output};
use crate::report;
use crate::rules::Rule;

/// Explain a rule: why, bad, good, and where it comes from
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s explain rwo-multi-replica")]
pub(super) struct Arguments {
    /// The rule's name; ollama-k8s lint --rules lists them
    #[arg(value_name = "ID", value_parser = lint::rule)]
    rule: &'static Rule,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    output::to_stdout(&report::page(arguments.rule))?;
    Ok(())
}
