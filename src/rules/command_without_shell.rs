//! `command-without-shell`: a command uses the shell, and none reads it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "command-without-shell",
    severity: Severity::Error,
    summary: "a command uses the shell, and none reads it",
    versions: Versions::All,
    docs: include_str!("command_without_shell.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let words: Vec<&str> = seat.words().collect();
            let [shell, rest @ ..] = &words[..] else { continue };
            let is_shell = matches!(shell.rsplit('/').next(), Some("sh" | "bash" | "ash"));
            let Some(first) = rest.first().filter(|_| is_shell && seat.container.command.is_some()) else { continue };
            if first.contains('\n') || first.contains("ollama ") || first.contains("; ") {
                let line = first.lines().next().unwrap_or_default().chars().take(40).collect::<String>();
                let at = if seat.container.command.as_ref().is_some_and(|words| words.len() > 1) {
                    "command[1]"
                } else {
                    "args[0]"
                };
                findings.add(
                    workload.item,
                    format!("{}.{at}", seat.path),
                    format!("`{shell}` takes `{line}` for the name of a file, and finds none"),
                    format!("write command: [{shell}, -c] before it"),
                );
            }
        }
    }
    for ran in scope.programs().filter(|ran| ran.program.shell == Shell::None) {
        let program = ran.program;
        let words = &program.words;
        let Some(first) = words.first() else { continue };
        let is_line = words.iter().take(2).find(|word| {
            word.starts_with("ollama ") || word.starts_with("/bin/ollama ") || word.starts_with("serve &")
        });
        let operator = words.iter().find(|word| matches!(**word, "&&" | "||" | "&" | ";" | "|"));
        let message = match (is_line, operator) {
            (Some(line), _) => format!(
                "`{}` is one word, so the container looks for a program of that name",
                line.chars().take(60).collect::<String>()
            ),
            (None, Some(operator)) if first.ends_with("ollama") => {
                format!("no shell reads `{operator}`: it becomes a word for `{first}`")
            }
            _ => continue,
        };
        findings.add(
            program.item,
            program.path.clone(),
            message,
            "write command: [sh, -c] and the script as one word in args, or each word by itself: [ollama, serve]",
        );
    }
}
