//! `netpol-split-rule`: who may come in and at which port are two rules, of which either is enough.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::NetworkPolicy;
use crate::scope::{Allowed, Direction, PORT, Scope, is_about_ollama};

pub(super) const RULE: Rule = Rule {
    id: "netpol-split-rule",
    severity: Severity::Warning,
    summary: "who may come in and at which port are two rules, of which either is enough",
    versions: Versions::All,
    docs: include_str!("netpol_split_rule.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = policy.spec.as_ref().filter(|spec| Direction::Ingress.binds(spec)) else { continue };
        let rules = Direction::Ingress.rules(spec);
        let Some(at) = rules.windows(2).position(is_split) else { continue };
        // Where another rule says more, the two may be meant.
        if rules.len() != 2 || !is_about_ollama(scope, item, spec) {
            continue;
        }
        findings
            .add(
                item,
                format!("spec.ingress[{}].ports", at + 1),
                format!("a rule of its own: port {PORT} is open to everybody, and whom `from` names may come in at all ports"),
                "write from and ports in one rule, without a dash before ports",
            )
            .also(item, format!("spec.ingress[{at}].from"), "another rule");
    }
}

/// Whether the first of two rules says who, and the second nothing but where.
fn is_split(pair: &[Allowed<'_>]) -> bool {
    let [who, wherever] = pair else { return false };
    !who.peers.is_empty()
        && who.ports.is_empty()
        && wherever.peers.is_empty()
        && !wherever.ports.is_empty()
        && wherever.has_server()
}
