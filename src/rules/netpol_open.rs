//! `netpol-open`: a policy lets every address in.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{NetworkPolicy, NetworkPolicyPeer};
use crate::scope::{Direction, Scope, is_about_ollama};

pub(super) const RULE: Rule = Rule {
    id: "netpol-open",
    severity: Severity::Warning,
    summary: "a policy lets every address in",
    versions: Versions::All,
    docs: include_str!("netpol_open.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = policy.spec.as_ref().filter(|spec| Direction::Ingress.binds(spec)) else { continue };
        for (number, rule) in Direction::Ingress.rules(spec).into_iter().enumerate() {
            let Some(at) = rule.peers.iter().position(is_all).filter(|_| rule.has_server()) else { continue };
            if !is_about_ollama(scope, item, spec) {
                break;
            }
            let range = rule.peers[at].ip_block.as_ref().map_or("", |block| block.cidr.as_str());
            findings.add(
                item,
                format!("spec.ingress[{number}].from[{at}].ipBlock.cidr"),
                format!("`{range}` is every address there is: it keeps nobody outside away, and Ollama asks nobody who it is"),
                "write the range that may come in, such as cidr: 10.0.0.0/8, or choose namespaces and pods",
            );
        }
    }
}

/// Whether a peer is all addresses, without exceptions.
fn is_all(peer: &NetworkPolicyPeer) -> bool {
    peer.ip_block.as_ref().is_some_and(|block| {
        matches!(block.cidr.as_str(), "0.0.0.0/0" | "::/0") && block.except.as_ref().is_none_or(Vec::is_empty)
    })
}
