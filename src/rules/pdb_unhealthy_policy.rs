//! `pdb-unhealthy-policy`: a disruption budget holds up a drain for pods that are not ready.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PodDisruptionBudget;
use crate::scope::{About, Scope};

pub(super) const RULE: Rule = Rule {
    id: "pdb-unhealthy-policy",
    severity: Severity::Info,
    summary: "a disruption budget holds up a drain for pods that are not ready",
    versions: Versions::All,
    docs: include_str!("pdb_unhealthy_policy.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        let Some(spec) = budget.spec.as_ref().filter(|spec| spec.unhealthy_pod_eviction_policy.is_none()) else {
            continue;
        };
        let Some(selector) = &spec.selector else { continue };
        if scope.selected_by(item, selector).iter().any(|workload| workload.about == About::Server) {
            findings.add(
                item,
                "spec.unhealthyPodEvictionPolicy",
                "a server that is not ready yet holds up the drain of its node",
                "set unhealthyPodEvictionPolicy: AlwaysAllow",
            );
        }
    }
}
