//! `dra-unused-claim`: a pod reserves a device that no container gets.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "dra-unused-claim",
    severity: Severity::Warning,
    summary: "a pod reserves a device that no container gets",
    versions: Versions::All,
    docs: include_str!("dra_unused_claim.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (at, claim) in workload.pod.resource_claims.iter().flatten().enumerate() {
            let mut used =
                workload.seats.iter().filter_map(|seat| seat.container.resources.as_ref()?.claims.as_ref()).flatten();
            if used.any(|one| one.name == claim.name) {
                continue;
            }
            findings.add(
                workload.item,
                format!("{}.resourceClaims[{at}].name", workload.at),
                format!(
                    "no container uses the claim `{}`: its device is reserved, and the server does not see it",
                    claim.name
                ),
                format!("set resources.claims: [{{name: {}}}] in the container of the server", claim.name),
            );
        }
    }
}
