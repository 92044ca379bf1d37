//! `job-no-deadline`: a Job may wait for ever.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Statement;
use crate::scope::{Moment, Scope};

pub(super) const RULE: Rule = Rule {
    id: "job-no-deadline",
    severity: Severity::Warning,
    summary: "a Job may wait for ever",
    versions: Versions::All,
    docs: include_str!("job_no_deadline.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs().filter(|ran| ran.program.moment == Moment::Main) {
        let Some(job) = ran.workload.job() else { continue };
        if job.active_deadline_seconds.is_some() || ran.workload.pod.active_deadline_seconds.is_some() {
            continue;
        }
        let statements = ran.program.script.statements();
        let ends = |statement: &Statement<'_>| {
            let simple = statement.simple;
            ["break", "exit", "return", "timeout", "kill"]
                .iter()
                .any(|name| simple.runs(name) || simple.words.first().is_some_and(|word| word.text == *name))
                || simple.words.iter().any(|word| {
                    word.text.starts_with("-l") && word.text.len() == 3
                        || word.text.starts_with("-g") && word.text.len() == 3
                        || word.text.starts_with("((")
                })
        };
        let in_loop: Vec<_> = statements.iter().filter(|statement| statement.inside.repeated).collect();
        let asks = in_loop.iter().find(|statement| {
            let simple = statement.simple;
            statement.inside.condition
                && (["curl", "wget", "nc"].iter().any(|name| simple.runs(name)) || simple.ollama().is_some())
        });
        let asks = asks.filter(|_| !in_loop.iter().any(|statement| ends(statement)));
        let is_bound = |statement: &Statement<'_>| {
            statement
                .simple
                .words
                .iter()
                .any(|word| word.text == "timeout" || word.text.starts_with("--max-time") || word.text == "-m")
        };
        let pull = || {
            statements
                .iter()
                .find(|statement| (statement.simple.brings() || statement.simple.posts_pull()) && !is_bound(statement))
        };
        let message = if let Some(asks) = asks {
            format!("the loop around `{}` has no end of its own, and the Job no deadline", asks.simple.said())
        } else if let Some(pull) = pull() {
            format!(
                "a download that stalls is tried again for ever while `{}` waits, and the Job has no deadline",
                pull.simple.said()
            )
        } else {
            continue;
        };
        findings.add(
            ran.workload.item,
            format!("{}.activeDeadlineSeconds", ran.workload.at.trim_end_matches(".template.spec")),
            message,
            "set activeDeadlineSeconds: 3600",
        );
    }
}
