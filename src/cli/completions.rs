//! `completions`: what a shell proposes while a command is typed.

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;

use super::{Failure, output};
use crate::profile::{BUILT_IN, Field};
use crate::rules::RULES;

/// Print the completion script of a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  source <(ollama-k8s completions bash)        for this shell
  ollama-k8s completions bash > ~/.local/share/bash-completion/completions/ollama-k8s
  ollama-k8s completions zsh > \"${fpath[1]}/_ollama-k8s\"
  ollama-k8s completions fish > ~/.config/fish/completions/ollama-k8s.fish")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let shell = arguments.shell;
    let names: Vec<&'static str> = BUILT_IN.iter().map(|profile| profile.name).collect();
    let mut command = with_names(super::Arguments::command());
    if shell == Shell::Bash {
        // Bash proposes files where no name fits; the others would propose names alone.
        for name in ["render", "plan"] {
            command = command.mut_subcommand(name, |sub| values(sub, "profile", &names));
        }
    }
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, "ollama-k8s", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    match shell {
        // clap_complete 4.6 spells the name in two ways where it has a dash, and bash then finds no command.
        Shell::Bash => script = script.replace("ollama__subcmd__k8s", "ollama__k8s"),
        Shell::Zsh => script = names_and_files_in_zsh(&script, &names),
        Shell::Fish => script.push_str(&in_fish(&names)),
        _ => {}
    }
    Ok(output::to_stdout(&script)?)
}

/// Names that clap does not know of, because what is wrong with them is told in another way.
fn with_names(command: Command) -> Command {
    let rules: Vec<&'static str> = RULES.iter().map(|rule| rule.id).collect();
    let fields = Field::all_paths().into_iter().filter(|path| !path.contains(['[', '<']));
    // clap keeps names for ever, and so does this run, which ends here.
    let fields = fields.map(|path| &*path.leak());
    let topics: Vec<&'static str> = rules.iter().copied().chain(fields).collect();
    let names: Vec<&'static str> = BUILT_IN.iter().map(|profile| profile.name).collect();
    command
        .mut_subcommand("lint", |lint| values(values(lint, "only", &rules), "skip", &rules))
        .mut_subcommand("explain", |explain| values(explain, "topic", &topics))
        .mut_subcommand("profiles", |profiles| values(profiles, "name", &names))
}

fn values(command: Command, argument: &'static str, names: &[&'static str]) -> Command {
    command.mut_arg(argument, |argument| argument.value_parser(PossibleValuesParser::new(names.to_vec())))
}

fn names_and_files_in_zsh(script: &str, names: &[&str]) -> String {
    let both = format!(":{{compadd -- {}; _files}}'", names.join(" "));
    let lines = script.lines().map(|line| match line.strip_suffix(":_files' \\") {
        Some(before) if before.starts_with("'::profile --") => format!("{before}{both} \\\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

/// What clap leaves out for fish: everything that is not a flag.
fn in_fish(names: &[&str]) -> String {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let line = |command: &str, flags: &str, words: &[&str]| {
        let words = words.join(" ");
        format!("complete -c ollama-k8s -n \"__fish_seen_subcommand_from {command}\" {flags}-a \"{words}\"\n")
    };
    [line("render plan", "", names), line("profiles", "-f ", names), line("explain", "-f ", &ids)].concat()
}
