//! `profiles`: what comes with the tool, to render or to start from.

use std::fmt::Write;

use clap::Args;

use super::output::{self, Streams};
use super::{Failure, input};
use crate::profile::{BUILT_IN, built_in};

/// List the built-in profiles, or print one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s profiles                          what there is
  ollama-k8s profiles cpu-72b > mine.yaml      a file to start from")]
pub(super) struct Arguments {
    /// The profile to print
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments, _: &mut Streams) -> Result<(), Failure> {
    let text = match &arguments.name {
        Some(name) => match built_in(name) {
            Some(profile) => profile.text.to_owned(),
            None => return Err(Failure::Unusable(input::no_such_profile(name))),
        },
        None => list(output::is_for_people()),
    };
    Ok(output::to_stdout(&text)?)
}

/// A table for people, names and summaries with a tab between for scripts.
fn list(for_people: bool) -> String {
    let width = BUILT_IN.iter().map(|profile| profile.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for profile in BUILT_IN {
        let (name, summary) = (profile.name, profile.summary());
        // Writing to a string cannot fail.
        let _ =
            if for_people { writeln!(text, "{name:width$}  {summary}") } else { writeln!(text, "{name}\t{summary}") };
    }
    text
}
