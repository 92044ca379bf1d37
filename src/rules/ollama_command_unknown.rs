//! `ollama-command-unknown`: a command that ollama does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "ollama-command-unknown",
    severity: Severity::Error,
    summary: "a command that ollama does not have",
    versions: Versions::All,
    docs: include_str!("ollama_command_unknown.md"),
    check,
};

/// What `ollama` can be told. Source: `ollama --help` and its aliases, measured with Ollama 0.34.2.
const COMMANDS: [&str; 20] = [
    "cp", "create", "help", "launch", "list", "login", "logout", "ls", "ps", "pull", "push", "rm", "run", "runner",
    "serve", "show", "signin", "signout", "start", "stop",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.shell == Shell::None) {
        let Some(first) = ran.program.words.first() else { continue };
        let is_command =
            ran.seat.container.command.as_ref().and_then(|words| words.first()).is_some_and(|own| own == first);
        if is_command && ran.seat.image().is_official() && COMMANDS.contains(first) {
            let message =
                format!("there is no program `{first}` in the image, only `ollama`: the container cannot start");
            let help = format!("write args: [{first}], or command: [ollama, {first}]");
            findings.add(ran.workload.item, format!("{}.command[0]", ran.seat.path), message, help);
        }
    }
    for ran in scope.programs() {
        for statement in ran.program.script.statements() {
            let Some((verb, _)) = statement.simple.ollama() else { continue };
            let Some(help) = instead(verb) else { continue };
            let message = if verb == "ollama" && ran.program.shell == Shell::None {
                "the image runs ollama by itself, and `ollama ollama` is no command: the container ends with an error"
                    .to_owned()
            } else {
                format!("ollama has no command `{verb}`: it ends with an error")
            };
            findings.add_in(ran.program, statement.simple, message, help);
        }
    }
}

/// What to write instead of a command that is none.
fn instead(verb: &str) -> Option<String> {
    if COMMANDS.contains(&verb) || !verb.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    if verb == "ollama" {
        return Some("leave the second `ollama` out".to_owned());
    }
    let near = |known: &&&str| verb.len() >= 3 && strsim::osa_distance(known, verb) == 1;
    COMMANDS.iter().filter(|known| known.len() > 2).find(near).map(|known| format!("write {known}"))
}
