//! `rollout-antiaffinity-deadlock`: a rollout starts a pod that its own anti-affinity keeps off every node.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Workload, chooses, recreates, rollout};

pub(super) const RULE: Rule = Rule {
    id: "rollout-antiaffinity-deadlock",
    severity: Severity::Warning,
    summary: "a rollout starts a pod that its own anti-affinity keeps off every node",
    versions: Versions::All,
    docs: include_str!("rollout_antiaffinity_deadlock.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let Some(spec) = workload.deployment() else { continue };
        let (surge, unavailable) = rollout(spec);
        if recreates(spec) || surge <= 0 || unavailable > 0 || workload.replicas <= 0 {
            continue;
        }
        if let Some(number) = own_term(workload) {
            let at = "affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution";
            let message = format!(
                "a rollout needs {} nodes for {} pods, and stands where there are fewer: the new pod may share none with the old ones",
                workload.replicas.saturating_add(1),
                workload.replicas
            );
            let help = "set strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}";
            findings.add(workload.item, "spec.strategy", message, help).also(
                workload.item,
                format!("{}.{at}[{number}]", workload.at),
                "off every node that has such a pod",
            );
        }
    }
}

/// The term of the anti-affinity that keeps a pod off the nodes of its own kind.
fn own_term(workload: &Workload<'_>) -> Option<usize> {
    let anti = workload.pod.affinity.as_ref()?.pod_anti_affinity.as_ref()?;
    let terms = anti.required_during_scheduling_ignored_during_execution.as_ref()?;
    terms.iter().position(|term| {
        term.topology_key == "kubernetes.io/hostname"
            && term.match_label_keys.is_none()
            && term.mismatch_label_keys.is_none()
            && term.label_selector.as_ref().is_some_and(|selector| chooses(selector, workload.labels))
    })
}
