//! `probe-poststart-pull`: a pull in postStart holds its container up.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Moment, Scope};

pub(super) const RULE: Rule = Rule {
    id: "probe-poststart-pull",
    severity: Severity::Warning,
    summary: "a pull in postStart holds its container up",
    versions: Versions::All,
    docs: include_str!("probe_poststart_pull.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.moment == Moment::PostStart) {
        let statements = ran.program.script.statements();
        let pull = statements.iter().find(|statement| {
            (statement.simple.brings() || statement.simple.posts_pull())
                && !statement.inside.background
                && !statement.inside.function
        });
        if let Some(pull) = pull {
            let lost = ran.program.script.lost(ran.program.errexit);
            let said = pull.simple.said();
            let message = if lost.iter().any(|lost| lost.simple.at() == pull.simple.at()) {
                format!("the pod is not Ready before `{said}` has ended, and nobody sees its output")
            } else {
                format!(
                    "the pod is not Ready before `{said}` has ended, nobody sees its output, and its failure kills the container"
                )
            };
            findings.add_in(
                ran.program,
                pull.simple,
                message,
                "pull in an init container or a Job, which are tried again and have a log",
            );
        }
    }
}
