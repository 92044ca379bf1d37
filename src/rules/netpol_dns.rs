//! `netpol-dns`: pods may connect out, but not look up names.

use std::collections::BTreeSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Direction, Scope};

pub(super) const RULE: Rule = Rule {
    id: "netpol-dns",
    severity: Severity::Error,
    summary: "pods may connect out, but not look up names",
    versions: Versions::All,
    docs: include_str!("netpol_dns.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // Policies of other kinds add to what is allowed.
    let others = [
        "CiliumNetworkPolicy",
        "CiliumClusterwideNetworkPolicy",
        "GlobalNetworkPolicy",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
    ];
    if others.iter().any(|kind| scope.custom(kind, "").next().is_some()) {
        return;
    }
    let mut told = BTreeSet::new();
    for governed in scope.governed(Direction::Egress) {
        let rules: Vec<_> = governed
            .policies
            .iter()
            .flat_map(|(item, spec)| Direction::Egress.rules(spec).into_iter().map(|rule| (*item, rule)))
            .collect();
        if rules.iter().any(|(_, rule)| rule.has_name_servers() && rule.has_port(53, "UDP")) {
            continue;
        }
        let is_client = governed.workload.is_some_and(|workload| workload.about == About::Client);
        let Some((item, _)) = rules.iter().find(|(_, rule)| is_client || rule.has_world()) else { continue };
        if !told.insert(item.number) {
            continue;
        }
        let is_tcp = rules.iter().any(|(_, rule)| !rule.ports.is_empty() && rule.has_port(53, "TCP"));
        let why = if is_tcp { "port 53 is open for TCP alone" } else { "no rule opens port 53" };
        findings.add(
            *item,
            "spec.egress",
            format!("the pods may connect out, but not look up a single name: {why}"),
            "add egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}]",
        );
    }
}
