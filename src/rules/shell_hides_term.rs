//! `shell-hides-term`: a shell keeps the signal to stop from the server.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Statement;
use crate::scope::{Moment, Ran, Runs, Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "shell-hides-term",
    severity: Severity::Warning,
    summary: "a shell keeps the signal to stop from the server",
    versions: Versions::All,
    docs: include_str!("shell_hides_term.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in hiding(scope) {
        let statements = ran.program.script.statements();
        let Some(serve) = statements.iter().find(|statement| statement.simple.serves()) else { continue };
        let seconds = ran.workload.pod.termination_grace_period_seconds.unwrap_or(30);
        findings.add_in(
            ran.program,
            serve.simple,
            format!(
                "the shell is process 1 and does not pass SIGTERM on: each stop takes the whole grace of {seconds} s and ends by force"
            ),
            "write after `ollama serve &`: server=$!; trap 'kill $server' TERM INT, and end the script with wait $server",
        );
    }
}

/// The scripts that keep the signal to stop from the server that they start.
pub(super) fn hiding<'s, 'a>(scope: &'s Scope<'a>) -> impl Iterator<Item = Ran<'s, 'a>> {
    let hooks = scope.programs().filter(|ran| ran.program.moment == Moment::PreStop);
    let stopped: HashSet<(usize, &str)> = hooks.map(|ran| (ran.workload.item.number, ran.seat.path.as_str())).collect();
    scope.programs().filter(move |ran| {
        ran.program.shell != Shell::None
            && ran.must_stay()
            && ran.seat.runs == Runs::Server
            && ran.workload.pod.share_process_namespace != Some(true)
            && !stopped.contains(&(ran.workload.item.number, ran.seat.path.as_str()))
            && hides(&ran.program.script.statements())
    })
}

fn hides(statements: &[Statement<'_>]) -> bool {
    let serves = statements.iter().any(|statement| statement.simple.serves() && statement.inside.background);
    let heeds = |statement: &Statement<'_>| ["trap", "fg", "kill"].iter().any(|name| statement.simple.runs(name));
    let waits = statements.last().is_some_and(|last| {
        !last.inside.background
            && (["wait", "tail"].iter().any(|name| last.simple.runs(name))
                || last.simple.runs("sleep") && last.simple.has("infinity"))
    });
    serves && waits && !statements.iter().any(heeds)
}
