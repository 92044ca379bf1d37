//! `pinned-nodename`: a pod is given to a node past the scheduler.

use super::placeholder::is_placeholder;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "pinned-nodename",
    severity: Severity::Warning,
    summary: "a pod is given to a node past the scheduler",
    versions: Versions::All,
    docs: include_str!("pinned_nodename.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let Some(node) = workload.pod.node_name.as_deref().filter(|node| !node.is_empty()) else { continue };
        if is_placeholder("nodeName", node) {
            continue;
        }
        findings.add(
            workload.item,
            format!("{}.nodeName", workload.at),
            format!("the scheduler is passed over: `{node}` refuses the pod where it has no room, and no other node may run it"),
            format!("set nodeSelector: {{kubernetes.io/hostname: {node}}}, or a label of all nodes that can run it"),
        );
    }
}
