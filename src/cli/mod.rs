//! What can be typed, and what becomes of it: the only part that reads files, prints, and ends with a status.

mod catalogue;
mod completions;
mod dialogue;
mod diff;
mod effect;
mod explain;
mod folder;
mod init;
mod input;
mod lint;
mod man;
mod manifests;
mod notes;
mod output;
mod plan;
mod profiles;
mod read;
mod render;
mod schema;
mod target;

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use output::Streams;

/// Kubernetes manifests for Ollama that fit, schedule, roll out, drain and survive a restart.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = EXAMPLES_AND_STATUS)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    output: OutputArguments,
}

const EXAMPLES_AND_STATUS: &str = "\
Examples:
  ollama-k8s render | kubectl apply --server-side -f -
  ollama-k8s init -o ollama.yaml
  ollama-k8s lint apps/ollama
  git show main:ollama.yaml | ollama-k8s diff - ollama.yaml
  ollama-k8s plan --model llama3.3:70b --gpu l40s
  ollama-k8s profiles

Exit status: 0 done (warnings allowed), 1 findings or differences, 2 the command line,
3 the profile or the manifests cannot be read or used, 4 a file or the system, 70 a bug.";

#[derive(Debug, Subcommand)]
enum Command {
    Render(render::Arguments),
    Lint(lint::Arguments),
    Diff(diff::Arguments),
    Explain(explain::Arguments),
    Init(init::Arguments),
    Plan(plan::Arguments),
    Notes(notes::Arguments),
    Profiles(profiles::Arguments),
    Models(catalogue::ModelsArguments),
    Gpus(catalogue::GpusArguments),
    Platforms(catalogue::PlatformsArguments),
    Schema(schema::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// How to talk.
#[derive(Debug, Args)]
struct OutputArguments {
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say what is done
    #[arg(short, long, global = true)]
    verbose: bool,
    /// Colours in messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// When to use colours; `auto` also heeds `NO_COLOR`, `CLICOLOR_FORCE` and `TERM`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a command ended that did what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All is well.
    Done,
    /// There are findings, or differences.
    Findings,
}

/// Why a command did not do what it was asked.
enum Failure {
    /// The profile cannot be read or used; the text is for people, with colours.
    Unusable(String),
    /// A file or the system.
    System(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::System(error)
    }
}

/// Runs what the command line says.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let mut streams = Streams::new(&arguments.output);
    let done = |result: Result<(), Failure>| result.map(|()| Ending::Done);
    let ended = match arguments.command {
        Command::Render(arguments) => render::run(&arguments, &mut streams),
        Command::Lint(arguments) => lint::run(&arguments, &streams),
        Command::Diff(arguments) => diff::run(&arguments, &mut streams),
        Command::Explain(arguments) => done(explain::run(&arguments)),
        Command::Init(arguments) => done(init::run(&arguments, &mut streams)),
        Command::Plan(arguments) => done(plan::run(&arguments, &mut streams)),
        Command::Notes(arguments) => done(notes::run(&arguments, &mut streams)),
        Command::Profiles(arguments) => done(profiles::run(&arguments, &mut streams)),
        Command::Models(arguments) => done(catalogue::models(&arguments)),
        Command::Gpus(arguments) => done(catalogue::gpus(&arguments)),
        Command::Platforms(arguments) => done(catalogue::platforms(&arguments)),
        Command::Schema(arguments) => done(schema::run(&arguments)),
        Command::Completions(arguments) => done(completions::run(&arguments)),
        Command::Man(arguments) => done(man::run(&arguments)),
    };
    match ended {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::Findings) => ExitCode::from(1),
        Err(Failure::Unusable(text)) => {
            streams.error(&text);
            ExitCode::from(3)
        }
        Err(Failure::System(error)) => {
            streams.error(&format!("error: {error:#}\n"));
            ExitCode::from(4)
        }
    }
}
