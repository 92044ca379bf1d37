//! `netpol-blocks-puller`: a policy keeps from the registry what has to pull from it.

use std::collections::BTreeSet;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, NetworkPolicyPeer};
use crate::scope::{About, Direction, Governed, Runs, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "netpol-blocks-puller",
    severity: Severity::Error,
    summary: "a policy keeps from the registry what has to pull from it",
    versions: Versions::All,
    docs: include_str!("netpol_blocks_puller.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let governed = scope.governed(Direction::Egress);
    if governed.is_empty() {
        return;
    }
    let pulling = pulling(scope);
    for group in governed {
        let mut rules = group.policies.iter().flat_map(|(_, spec)| Direction::Egress.rules(spec));
        let Some((first, _)) = group.policies.first() else { continue };
        if rules.any(|rule| (rule.has_world() && rule.has_port(443, "TCP")) || rule.peers.iter().any(is_one_place)) {
            continue;
        }
        let Some(workload) = group.workload.filter(|workload| pulling.contains(&workload.item.number)) else {
            of_plain(&group, findings);
            continue;
        };
        findings
            .add(
                *first,
                "spec.egress",
                format!("`{}` pulls models, and no policy lets it get to a registry", workload.item.name()),
                "add egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]",
            )
            .also(workload.item, "metadata.name", "pulls models");
    }
}

/// Tells a policy that opens the port of plain HTTP to the world, where that of HTTPS is meant: for servers, or for pods
/// of Ollama that are made elsewhere.
fn of_plain(group: &Governed<'_, '_>, findings: &mut Findings) {
    if group.workload.is_some_and(|workload| workload.about != About::Server || has_proxy(workload)) {
        return;
    }
    for (item, spec) in &group.policies {
        for (number, rule) in Direction::Egress.rules(spec).into_iter().enumerate() {
            let plain = rule.ports.iter().position(|port| port.port == Some(IntOrString::Int(80)));
            if let Some(at) = plain.filter(|_| rule.has_world()) {
                findings.add(
                    *item,
                    format!("spec.egress[{number}].ports[{at}].port"),
                    "port 80 is open to the world, and 443, where registries and their blobs are, is not: no pull works",
                    "write port: 443",
                );
                return;
            }
        }
    }
}

/// The pods that pull, by the numbers of what makes them.
pub(super) fn pulling(scope: &Scope<'_>) -> BTreeSet<usize> {
    scope.workloads().flat_map(|workload| pullers(scope, workload)).collect()
}

/// Whether a container has a proxy for what it downloads.
fn has_proxy(workload: &Workload<'_>) -> bool {
    let names = workload.seats.iter().flat_map(|seat| seat.container.env.iter().flatten());
    names.into_iter().any(|variable| variable.name.eq_ignore_ascii_case("HTTPS_PROXY"))
}

/// Whose pods download what a workload pulls: its own, if a server runs in them, else those of the server that it asks.
fn pullers(scope: &Scope<'_>, workload: &Workload<'_>) -> Vec<usize> {
    let pulls =
        |word: &str| (word.contains("ollama pull ") || word.contains("/api/pull")) && !word.contains("--insecure");
    let is_bare = |words: Vec<&str>| words.windows(2).any(|pair| pair[0].ends_with("ollama") && pair[1] == "pull");
    let does = workload.seats.iter().any(|seat| seat.words().any(pulls) || is_bare(seat.words().collect()));
    if !does {
        return Vec::new();
    }
    let asked = scope.called_by(workload);
    let has_server = workload.about == About::Server || workload.seats.iter().any(|seat| seat.runs == Runs::Server);
    let own = (asked.is_empty() && has_server && !has_proxy(workload)).then_some(workload.item.number);
    own.into_iter()
        .chain(asked.into_iter().filter(|server| !has_proxy(server)).map(|server| server.item.number))
        .collect()
}

/// Whether a peer is a range of addresses that may be a mirror's, not the whole world.
fn is_one_place(peer: &NetworkPolicyPeer) -> bool {
    peer.ip_block.as_ref().is_some_and(|block| !matches!(block.cidr.as_str(), "0.0.0.0/0" | "::/0"))
}
