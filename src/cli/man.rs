//! `man`: the manual, a page for each command.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Command, CommandFactory, ValueHint};
use clap_mangen::Man;

use super::{Failure, output};

/// Print a page of the manual, or write all of them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ollama-k8s man | man -l -                    the main page
  ollama-k8s man render | man -l -             the page of a command
  ollama-k8s man -o /usr/local/share/man/man1  all pages, as files")]
pub(super) struct Arguments {
    /// The command that the page is of
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
    /// Write all pages to a folder, which is made if it is not there
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let mut all = super::Arguments::command();
    all.build();
    if let Some(folder) = &arguments.output {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        return write_all(&all, folder);
    }
    let named = arguments.command.iter().try_fold(&all, |command, name| {
        command.find_subcommand(name).filter(|found| !is_help(found)).ok_or_else(|| {
            let names: Vec<&str> =
                command.get_subcommands().filter(|sub| !is_help(sub)).map(Command::get_name).collect();
            let name = name.escape_debug();
            Failure::Unusable(format!("error: no command \"{name}\"; there are: {}\n", names.join(", ")))
        })
    })?;
    Ok(output::to_stdout(&page(named)?)?)
}

fn write_all(command: &Command, folder: &std::path::Path) -> Result<(), Failure> {
    let name = command.get_display_name().unwrap_or(command.get_name());
    output::to_file(&folder.join(format!("{name}.1")), &mut page(command)?.as_bytes())?;
    command.get_subcommands().filter(|sub| !is_help(sub)).try_for_each(|sub| write_all(sub, folder))
}

fn is_help(command: &Command) -> bool {
    command.get_name() == "help"
}

fn page(command: &Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    // A date would differ between builds, and without one the page's foot would slip: a blank holds its place.
    let source = concat!("ollama-k8s ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).date(" ").source(source).render(&mut page).context("cannot make the page")?;
    String::from_utf8(page).context("the page is not text")
}
