//! `pinned-node`: a workload runs on one node only.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "pinned-node",
    severity: Severity::Info,
    summary: "a workload runs on one node only",
    versions: Versions::All,
    docs: include_str!("pinned_node.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| workload.pod.node_name.is_none()) {
        let Some((node, path)) = workload.only_node() else { continue };
        if is_tied(scope, workload) {
            continue;
        }
        let has_gpu = workload.whole_gpus().is_some_and(|(name, _)| name == "nvidia.com/gpu");
        let help = if has_gpu {
            "choose the nodes by a label that says what they have, such as nvidia.com/gpu.present: \"true\""
        } else {
            "leave the name of the node out, or choose a label that several nodes have"
        };
        findings.add(workload.item, path, format!("while `{node}` is away there is no server"), help);
    }
}

/// Whether the models may lie on the node's own disk.
fn is_tied(scope: &Scope<'_>, workload: &Workload<'_>) -> bool {
    workload
        .servers()
        .any(|seat| scope.store(workload, seat).is_some_and(|store| matches!(store.held, Held::HostPath(_))))
        || scope.claims(workload).iter().any(|claimed| {
            let is_by_hand = claimed.claim.spec.as_ref().is_some_and(|spec| spec.volume_name.is_some());
            let volume = claimed.volume(scope).and_then(|(_, volume)| volume.spec.as_ref());
            let is_elsewhere = volume
                .is_some_and(|spec| spec.local.is_none() && spec.host_path.is_none() && spec.node_affinity.is_none());
            is_by_hand && !is_elsewhere || claimed.class(scope).is(|provisioner| provisioner.local)
        })
}
