//! `progress-deadline`: a rollout counts as failed before the pull that it waits for.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "progress-deadline",
    severity: Severity::Error,
    summary: "a rollout counts as failed before the pull that it waits for",
    versions: Versions::All,
    docs: include_str!("progress_deadline.md"),
    check,
};

/// What Kubernetes takes where nothing is said.
const DEFAULT: i64 = 600;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| waits(workload)) {
        let Some(spec) = workload.deployment() else { continue };
        let deadline = spec.progress_deadline_seconds.map_or(DEFAULT, i64::from);
        let claims = scope.claims(workload);
        let users =
            claims.iter().filter(|claimed| claimed.is_one_for_all()).flat_map(|claimed| scope.users(claimed.item));
        let longest = users.filter_map(|user| user.job()?.active_deadline_seconds).max();
        let Some(longest) = longest.filter(|longest| deadline <= *longest) else { continue };
        findings.add(
            workload.item,
            "spec.progressDeadlineSeconds",
            format!("the rollout fails after {deadline} s, and the Job that fills the store may take {longest} s"),
            format!("set progressDeadlineSeconds: {}", longest.saturating_add(600)),
        );
    }
}

/// Whether a pod does not start before something is there: an init container looks again and again.
fn waits(workload: &Workload<'_>) -> bool {
    workload.seats.iter().filter(|seat| !seat.stays()).any(|seat| {
        let script = seat.script();
        script.contains("until ") || script.contains("while ") || script.contains("wait")
    })
}
