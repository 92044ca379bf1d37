//! `netpol-no-egress`: a policy lets nothing out of the servers, and does not say so.

use super::netpol_blocks_puller::pulling;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{LabelSelector, NetworkPolicySpec};
use crate::scope::{About, Direction, Scope};

pub(super) const RULE: Rule = Rule {
    id: "netpol-no-egress",
    severity: Severity::Warning,
    summary: "a policy lets nothing out of the servers, and does not say so",
    versions: Versions::All,
    docs: include_str!("netpol_no_egress.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let governed = scope.governed(Direction::Egress);
    if governed.is_empty() {
        return;
    }
    let pulling = pulling(scope);
    for group in governed {
        // What pulls before everybody's eyes `netpol-blocks-puller` tells.
        let is_server = group.workload.is_some_and(|workload| {
            workload.about == About::Server
                && workload.pod.host_network != Some(true)
                && !pulling.contains(&workload.item.number)
        });
        let has_rules = group.policies.iter().any(|(_, spec)| spec.egress.is_some());
        let unsaid = group.policies.iter().find(|(_, spec)| is_for_ingress(spec));
        let Some((item, _)) = unsaid.filter(|_| is_server && !has_rules) else { continue };
        findings.add(
            *item,
            "spec.policyTypes",
            "Egress without a rule for it lets nothing out of these pods, not even a question for a name: no model can be pulled",
            "leave Egress out of policyTypes, add egress rules for names and for port 443, or write egress: [] where it is meant",
        );
    }
}

/// Whether a policy for some pods says who may come in, and of what may go out nothing but that it is bound.
fn is_for_ingress(spec: &NetworkPolicySpec) -> bool {
    let is_for_some = spec.pod_selector.as_ref().is_some_and(|selector| *selector != LabelSelector::default());
    is_for_some && spec.egress.is_none() && spec.ingress.as_ref().is_some_and(|rules| !rules.is_empty())
}
