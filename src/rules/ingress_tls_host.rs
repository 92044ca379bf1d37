//! `ingress-tls-host`: the certificate of an Ingress is for another host.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Ingress;
use crate::scope::{Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "ingress-tls-host",
    severity: Severity::Warning,
    summary: "the certificate of an Ingress is for another host",
    versions: Versions::All,
    docs: include_str!("ingress_tls_host.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, ingress) in scope.all::<Ingress>().filter(|(item, _)| scope.is_ollamas(*item)) {
        let Some(spec) = &ingress.spec else { continue };
        let hosts: Vec<&str> = spec.rules.iter().flatten().filter_map(|rule| rule.host.as_deref()).collect();
        let tls = spec.tls.iter().flatten().enumerate();
        let named: Vec<(usize, usize, &str)> = tls
            .flat_map(|(number, tls)| {
                tls.hosts.iter().flatten().enumerate().map(move |(at, host)| (number, at, host.as_str()))
            })
            .collect();
        let covers = |named: &str, host: &str| {
            let below = named.strip_prefix("*.");
            named == host || below.is_some_and(|below| host.split_once('.').is_some_and(|(_, rest)| rest == below))
        };
        for (number, at, name) in &named {
            // The only name of the certificate, beside the only host.
            let is_only = hosts.len() == 1 && named.len() == 1;
            if is_only && is_beside(name, hosts[0]) {
                let message = format!("no rule has the host `{name}`, and `{}` gets no certificate", hosts[0]);
                findings.add(item, format!("spec.tls[{number}].hosts[{at}]"), message, format!("write {}", hosts[0]));
                continue;
            }
            if is_variable(name) || hosts.iter().any(|host| covers(name, host)) {
                continue;
            }
            let bare = hosts.iter().filter(|host| !named.iter().any(|(.., named)| covers(named, host)));
            let is_near = |host: &str| {
                let is_part = |whole: &str, end: &str| whole.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'));
                strsim::osa_distance(host, name) <= 2 || is_only && (is_part(host, name) || is_part(name, host))
            };
            let mut near = bare.filter(|host| !is_variable(host) && is_near(host));
            let Some(host) = near.next().filter(|_| near.next().is_none()) else { continue };
            findings.add(
                item,
                format!("spec.tls[{number}].hosts[{at}]"),
                format!("no rule has the host `{name}`, and `{host}` gets no certificate"),
                format!("write {host}"),
            );
        }
    }
}

/// Whether two hosts differ in their first part alone.
fn is_beside(one: &str, other: &str) -> bool {
    let (Some((first, rest)), Some((second, same))) = (one.split_once('.'), other.split_once('.')) else {
        return false;
    };
    let is_name = |part: &str| part != "*" && !is_variable(part);
    rest == same && first != second && is_variable(rest) && is_name(first) && !is_variable(second)
}
