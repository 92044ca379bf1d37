//! `image-never-pulled`: the image is never pulled.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "image-never-pulled",
    severity: Severity::Warning,
    summary: "the image is never pulled",
    versions: Versions::All,
    docs: include_str!("image_never_pulled.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in workload.seats.iter().filter(|seat| seat.image().is_official()) {
            let is_pulled = workload.seats.iter().any(|other| {
                let policy = other.container.image_pull_policy.as_deref();
                other.is_init && other.container.image == seat.container.image && policy != Some("Never")
            });
            if seat.container.image_pull_policy.as_deref() == Some("Never") && !is_pulled {
                findings.add(
                    workload.item,
                    format!("{}.imagePullPolicy", seat.path),
                    "a node that has not this image already never runs the pod (ErrImageNeverPull)",
                    "set imagePullPolicy: IfNotPresent",
                );
            }
        }
    }
}
