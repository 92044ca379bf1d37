//! `script-words-lost`: words behind a script are not part of it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "script-words-lost",
    severity: Severity::Error,
    summary: "words behind a script are not part of it",
    versions: Versions::All,
    docs: include_str!("script_words_lost.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.shell != Shell::None) {
        let program = ran.program;
        let statements = program.script.statements();
        let uses = statements
            .iter()
            .any(|statement| statement.simple.words.iter().chain(&[]).any(|word| has_position(&word.text)));
        let lost =
            program.words.iter().find(|word| word.contains(' ') || matches!(**word, "pull" | "serve" | "run" | "&&"));
        if let Some(lost) = lost.filter(|_| !uses && !program.path.starts_with("data.")) {
            findings.add(
                program.item,
                program.words_path.clone(),
                format!(
                    "the shell runs the word behind -c only, and never `{}`",
                    lost.chars().take(60).collect::<String>()
                ),
                "write the whole script as one word: a block with | below args",
            );
        }
    }
}

/// Whether a text uses the words behind the script: `$1`, `$@`.
fn has_position(text: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.starts_with(|c: char| c.is_ascii_digit() || c == '@' || c == '*')
    })
}
