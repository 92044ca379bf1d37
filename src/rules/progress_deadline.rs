//! `progress-deadline`: a rollout counts as failed before the pull that it waits for.

use super::{Findings, Rule, Severity};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "progress-deadline",
    severity: Severity::Error,
    summary: "a rollout counts as failed before the pull that it waits for",
    docs: include_str!("progress_deadline.md"),
    check,
};

/// What Kubernetes takes where nothing is said.
const DEFAULT: i64 = 600;

fn check(bundle: &Bundle, findings: &mut Findings) {
    let longest = bundle.iter().filter_map(|object| match object {
        Object::Job(job) => job.spec.as_ref()?.active_deadline_seconds,
        _ => None,
    });
    let Some(longest) = longest.max() else { return };
    for object in bundle.iter() {
        let Object::Deployment(deployment) = object else { continue };
        let Some(spec) = &deployment.spec else { continue };
        let deadline = spec.progress_deadline_seconds.map_or(DEFAULT, i64::from);
        if deadline <= longest {
            findings.add(
                object,
                "spec.progressDeadlineSeconds",
                format!("the rollout fails after {deadline} s, and the Job that fills the store may take {longest} s"),
                format!("set progressDeadlineSeconds: {}", longest + 600),
            );
        }
    }
}
