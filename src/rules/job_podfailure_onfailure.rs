//! `job-podfailure-onfailure`: a Job has a podFailurePolicy and starts its pods again itself.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "job-podfailure-onfailure",
    severity: Severity::Error,
    summary: "a Job has a podFailurePolicy and starts its pods again itself",
    versions: Versions::All,
    docs: include_str!("job_podfailure_onfailure.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let Some(job) = workload.job() else { continue };
        if job.pod_failure_policy.is_some() && workload.pod.restart_policy.as_deref() == Some("OnFailure") {
            findings.add(
                workload.item,
                format!("{}.restartPolicy", workload.at),
                "a podFailurePolicy is refused with restartPolicy OnFailure",
                "set restartPolicy: Never",
            );
        }
    }
}
