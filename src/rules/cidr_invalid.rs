//! `cidr-invalid`: a range of addresses that is none.

use std::net::IpAddr;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{NetworkPolicy, Service};
use crate::scope::{Direction, Scope, is_about_ollama, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "cidr-invalid",
    severity: Severity::Error,
    summary: "a range of addresses that is none",
    versions: Versions::All,
    docs: include_str!("cidr_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = policy.spec.as_ref().filter(|spec| is_about_ollama(scope, item, spec)) else { continue };
        for (direction, section, key) in [(Direction::Ingress, "ingress", "from"), (Direction::Egress, "egress", "to")]
        {
            for (number, rule) in direction.rules(spec).into_iter().enumerate() {
                for (at, peer) in rule.peers.iter().enumerate() {
                    let Some(block) = &peer.ip_block else { continue };
                    let way = format!("spec.{section}[{number}].{key}[{at}].ipBlock");
                    let except = block.except.iter().flatten().enumerate();
                    let except = except.map(|(at, range)| (format!("{way}.except[{at}]"), range));
                    for (path, range) in [(format!("{way}.cidr"), &block.cidr)].into_iter().chain(except) {
                        if let Some((message, help)) = fault(range) {
                            findings.add(item, path, message, help);
                        }
                    }
                }
            }
        }
    }
    for (item, service) in scope.all::<Service>().filter(|(item, _)| scope.is_ollamas(*item)) {
        let ranges = service.spec.iter().flat_map(|spec| spec.load_balancer_source_ranges.iter().flatten());
        for (at, range) in ranges.enumerate() {
            if let Some((message, help)) = fault(range.trim()) {
                findings.add(item, format!("spec.loadBalancerSourceRanges[{at}]"), message, help);
            }
        }
    }
}

/// What is wrong with a range, and what to write instead.
fn fault(range: &str) -> Option<(String, String)> {
    if is_variable(range) {
        return None;
    }
    let message = format!("`{range}` is no range of addresses: the API refuses it");
    let (address, length) = range.split_once('/').unwrap_or((range, ""));
    let Ok(address) = address.parse::<IpAddr>() else {
        return Some((message, "write an address and the length of its prefix: 10.0.0.0/8".to_owned()));
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let is_whole = length.parse::<u8>().is_ok_and(|length| length <= most);
    let length = if address.is_unspecified() { 0 } else { most };
    (!is_whole).then(|| (message, format!("write {address}/{length}")))
}
