//! `wait-inverted`: a script waits as long as the server answers.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Moment, Ran, Runs, Scope};

pub(super) const RULE: Rule = Rule {
    id: "wait-inverted",
    severity: Severity::Error,
    summary: "a script waits as long as the server answers",
    versions: Versions::All,
    docs: include_str!("wait_inverted.md"),
    check,
};

/// Programs that ask whether a server answers.
const ASK: [&str; 4] = ["curl", "wget", "ollama", "nc"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // What stays beside a server may well keep watch, or keep a model warm, for as long as it answers.
    let waits = |ran: &Ran<'_, '_>| match ran.program.moment {
        Moment::PostStart => true,
        Moment::Main => ran.seat.is_init || ran.workload.job().is_some() || ran.seat.runs == Runs::Server,
        Moment::PreStop | Moment::Probe => false,
    };
    for ran in scope.programs().filter(waits) {
        for asked in ran.program.script.waits() {
            let Some((name, _)) = asked.simple.program().filter(|_| asked.is_inverted) else { continue };
            if ASK.contains(&name) {
                let message =
                    format!("the loop goes on while `{}` succeeds: it ends at once, or never", asked.simple.said());
                let help = if asked.is_until { "write until without the !" } else { "write until in place of while" };
                findings.add_in(ran.program, asked.simple, message, help);
            }
        }
    }
}
