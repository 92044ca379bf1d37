//! `negative-number`: a number below zero where none may be.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "negative-number",
    severity: Severity::Error,
    summary: "a number below zero where none may be",
    versions: Versions::All,
    docs: include_str!("negative_number.md"),
    check,
};

/// What counts or lasts, below the object.
const IN_OBJECT: [&str; 9] = [
    "replicas",
    "revisionHistoryLimit",
    "progressDeadlineSeconds",
    "minReadySeconds",
    "parallelism",
    "completions",
    "backoffLimit",
    "activeDeadlineSeconds",
    "ttlSecondsAfterFinished",
];

/// What counts or lasts, below a probe.
const IN_PROBE: [&str; 5] =
    ["initialDelaySeconds", "periodSeconds", "timeoutSeconds", "failureThreshold", "successThreshold"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let spec = if workload.at.starts_with("spec.jobTemplate") { "spec.jobTemplate.spec" } else { "spec" };
        let Some(node) = workload.item.written(spec) else { continue };
        let mut found: Vec<(String, &str)> =
            below_zero(node, &IN_OBJECT).map(|(key, text)| (format!("{spec}.{key}"), text)).collect();
        for seat in &workload.seats {
            let Some(container) = workload.item.written(&seat.path) else { continue };
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
                let node = container.get(probe);
                found.extend(node.into_iter().flat_map(|node| {
                    below_zero(node, &IN_PROBE).map(|(key, text)| (format!("{}.{probe}.{key}", seat.path), text))
                }));
            }
        }
        for (path, text) in found {
            findings.add(workload.item, path, format!("{text} is below zero"), "write 0 or more, or remove the field");
        }
    }
}

fn below_zero<'n>(node: &'n Node, keys: &'static [&'static str]) -> impl Iterator<Item = (&'static str, &'n str)> {
    keys.iter()
        .filter_map(|key| Some((*key, node.get(key)?.text()?)))
        .filter(|(_, text)| text.parse::<i64>().is_ok_and(|n| n < 0))
}
