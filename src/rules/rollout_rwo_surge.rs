//! `rollout-rwo-surge`: a rollout starts a second pod on a disk of one node.

use super::{Finding, Findings, Rule, Severity, Versions};
use crate::scope::{Claimed, Item, Scope, class_of, is_of_one_pod, recreates, rollout};

pub(super) const RULE: Rule = Rule {
    id: "rollout-rwo-surge",
    severity: Severity::Error,
    summary: "a rollout starts a second pod on a disk of one node",
    versions: Versions::All,
    docs: include_str!("rollout_rwo_surge.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, claimed) in surging(scope) {
        let name = claimed.item.name();
        if is_of_one_pod(claimed.claim) {
            let message = format!("the new pod of a rollout waits for `{name}`, which the old pod still holds");
            also_mounted(findings.add(item, "spec.strategy", message, HELP), &claimed, "mounted by one pod");
        } else if is_known(scope, &claimed) {
            let message =
                format!("on another node the new pod of a rollout waits for `{name}`, which the old pod still holds");
            also_mounted(findings.add(item, "spec.strategy", message, HELP), &claimed, "mounted by one node");
        }
    }
}

/// What to write instead.
pub(super) const HELP: &str = "set strategy: {type: Recreate}";

/// The Deployments that start a new pod before the old one is gone, each with a claim that both want.
pub(super) fn surging<'a>(scope: &Scope<'a>) -> Vec<(Item<'a>, Claimed<'a>)> {
    let surging = scope.workloads().filter_map(|workload| {
        let spec = workload.deployment()?;
        let (surge, unavailable) = rollout(spec);
        if recreates(spec) || surge <= 0 || unavailable > 0 || workload.replicas <= 0 {
            return None;
        }
        let claims = scope.claims(workload);
        let claimed = claims.into_iter().find(|claimed| scope.is_torn_between_nodes(workload, claimed))?;
        Some((workload.item, claimed))
    });
    surging.collect()
}

/// Whether a claim is known to be a disk that only one node, or one pod, can have.
pub(super) fn is_known(scope: &Scope<'_>, claimed: &Claimed<'_>) -> bool {
    let class = class_of(scope, claimed.item, claimed.claim);
    is_of_one_pod(claimed.claim)
        || claimed.volume(scope).is_some()
        || class.is(|row| (row.block && !row.local) || row.name == "driver.longhorn.io")
}

/// Points at the access modes of a claim as well.
pub(super) fn also_mounted(finding: &mut Finding, claimed: &Claimed<'_>, label: &str) {
    finding.also(claimed.item, "spec.accessModes", label);
}
