//! `script-bashism`: a script asks its shell for what only bash has.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "script-bashism",
    severity: Severity::Error,
    summary: "a script asks its shell for what only bash has",
    versions: Versions::All,
    docs: include_str!("script_bashism.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| matches!(ran.program.shell, Shell::Dash | Shell::Other)) {
        let seat = ran.seat;
        let mut words = seat.container.command.iter().flatten().chain(seat.container.args.iter().flatten());
        // Who names bash anywhere may well run it there.
        let is_other = words.clone().any(|word| word.contains("bash") || word.ends_with("zsh"));
        let is_own = ran.program.item.number == ran.workload.item.number;
        if is_own && !is_other && words.any(|word| word.contains("/dev/tcp/")) {
            findings.add(
                ran.program.item,
                ran.program.path.clone(),
                "/dev/tcp is a thing of bash: with sh there is no such file, and what waits for it waits in vain",
                "write bash in place of sh where the image has it, or ask with curl or `ollama list`",
            );
        }
    }
}
