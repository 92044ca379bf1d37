//! `netpol-ingress-inert`: rules for incoming connections have no effect.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::NetworkPolicy;
use crate::scope::{Direction, Scope, is_about_ollama};

pub(super) const RULE: Rule = Rule {
    id: "netpol-ingress-inert",
    severity: Severity::Warning,
    summary: "rules for incoming connections have no effect",
    versions: Versions::All,
    docs: include_str!("netpol_ingress_inert.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = policy.spec.as_ref().filter(|spec| !Direction::Ingress.binds(spec)) else { continue };
        if spec.ingress.as_ref().is_some_and(|rules| !rules.is_empty()) && is_about_ollama(scope, item, spec) {
            findings.add(
                item,
                "spec.policyTypes",
                "the ingress rules have no effect: policyTypes does not name Ingress, so this policy keeps nobody out",
                "set policyTypes: [Ingress, Egress]",
            );
        }
    }
}
