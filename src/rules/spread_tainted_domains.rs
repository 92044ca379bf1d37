//! `spread-tainted-domains`: pods are spread over nodes that cannot take them.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, chooses};

pub(super) const RULE: Rule = Rule {
    id: "spread-tainted-domains",
    severity: Severity::Warning,
    summary: "pods are spread over nodes that cannot take them",
    versions: Versions::All,
    docs: include_str!("spread_tainted_domains.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| workload.replicas > 1 || scope.scaler(workload.item).is_some()) {
        let narrowed = workload.pod.node_selector.as_ref().is_some_and(|selector| !selector.is_empty());
        if narrowed || workload.required_nodes().is_some() {
            continue;
        }
        let Some((gpu, _)) = workload.whole_gpus() else { continue };
        for (number, spread) in workload.pod.topology_spread_constraints.iter().flatten().enumerate() {
            let is_own = spread.label_selector.as_ref().is_some_and(|selector| chooses(selector, workload.labels));
            let counts_all = spread.node_taints_policy.as_deref() != Some("Honor");
            // No more than so many pods on a node is what a spread over nodes is for.
            let is_by_node = spread.topology_key == "kubernetes.io/hostname";
            if is_own && counts_all && !is_by_node && spread.when_unsatisfiable == "DoNotSchedule" {
                findings.add(
                    workload.item,
                    format!("{}.topologySpreadConstraints[{number}].whenUnsatisfiable", workload.at),
                    format!(
                        "tainted nodes without `{gpu}` count as empty places: no place gets more than {} of its pods",
                        spread.max_skew
                    ),
                    "choose the GPU nodes with a nodeSelector and set nodeTaintsPolicy: Honor, or ScheduleAnyway",
                );
            }
        }
    }
}
