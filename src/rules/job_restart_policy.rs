//! `job-restart-policy`: a Job does not say how its pods are started again.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "job-restart-policy",
    severity: Severity::Error,
    summary: "a Job does not say how its pods are started again",
    versions: Versions::All,
    docs: include_str!("job_restart_policy.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads().filter(|workload| workload.job().is_some()) {
        let said = workload.pod.restart_policy.as_deref();
        if !matches!(said, None | Some("Always")) {
            continue;
        }
        let message = match said {
            None => "a Job without restartPolicy is refused: it may not be Always, which is the default",
            Some(_) => "a Job with restartPolicy Always is refused",
        };
        findings.add(
            workload.item,
            format!("{}.restartPolicy", workload.at),
            message,
            "set restartPolicy: OnFailure, or Never",
        );
    }
}
