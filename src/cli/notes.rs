//! `notes`: what to do after apply, and the page for the person on call.

use clap::Args;

use super::input::ProfileArguments;
use super::output::{self, Streams};
use super::{Failure, render};
use crate::{Rendered, report, text};

/// Say what to do after apply, or write the runbook of a bundle
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s notes cpu-72b
  ollama-k8s notes mine.yaml --env prod --runbook > RUNBOOK.md")]
pub(super) struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,
    /// Fill in examples for values that only you know, to look at the result
    #[arg(long)]
    example: bool,
    /// The page for the person on call, in Markdown: what this is, and what to do in each trouble
    #[arg(long)]
    runbook: bool,
}

pub(super) fn run(arguments: &Arguments, streams: &mut Streams) -> Result<(), Failure> {
    let input = arguments.profile.load(&[])?;
    let Rendered { plan, bundle, warnings, findings } = render::bundle(&input, arguments.example)?;
    streams.warning(&report::problems(&input.sources, &input.loaded.tree, &warnings));
    streams.warning(&report::findings(&findings));
    let write = if arguments.runbook { text::runbook } else { text::notes };
    output::to_stdout(&write(&plan, &bundle, &input.made_from))?;
    Ok(())
}
