//! `netpol-egress-inert`: rules for outgoing connections have no effect.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::NetworkPolicy;
use crate::scope::{Direction, Scope, is_about_ollama};

pub(super) const RULE: Rule = Rule {
    id: "netpol-egress-inert",
    severity: Severity::Warning,
    summary: "rules for outgoing connections have no effect",
    versions: Versions::All,
    docs: include_str!("netpol_egress_inert.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = policy.spec.as_ref().filter(|spec| !Direction::Egress.binds(spec)) else { continue };
        let has_rules = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
        let is_meant = item.name().contains("egress");
        if (has_rules || is_meant) && is_about_ollama(scope, item, spec) {
            findings.add(
                item,
                "spec.policyTypes",
                if has_rules {
                    "the egress rules have no effect: policyTypes does not name Egress, so all connections out are allowed"
                } else {
                    "nothing that goes out is denied: the policy has no Egress among its policyTypes"
                },
                "set policyTypes: [Ingress, Egress]",
            );
        }
    }
}
