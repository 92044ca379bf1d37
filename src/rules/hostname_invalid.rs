//! `hostname-invalid`: the API server refuses the host of a route.

use super::placeholder::is_placeholder;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Ingress;
use crate::scope::{Item, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "hostname-invalid",
    severity: Severity::Error,
    summary: "the API server refuses the host of a route",
    versions: Versions::All,
    docs: include_str!("hostname_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, tree) in scope.custom("HTTPRoute", "gateway.networking.k8s.io/") {
        let hosts = tree.get("spec").and_then(|spec| spec.get("hostnames")).map(Node::items).unwrap_or_default();
        if scope.concerns_ollama(item) {
            for host in hosts {
                judge(item, host, findings);
            }
        }
    }
    for (item, _) in scope.all::<Ingress>() {
        let rules = item.at(&["spec", "rules"]).map(Node::items).unwrap_or_default();
        if scope.is_ollamas(item) {
            rules.iter().filter_map(|rule| rule.get("host")).for_each(|host| judge(item, host, findings));
        }
    }
}

fn judge(item: Item<'_>, host: &Node, findings: &mut Findings) {
    let Some(text) = host.text().filter(|text| !text.is_empty() && !text.contains(['$', '{', '<', '%'])) else {
        return;
    };
    // What is still to be filled in is told as that.
    if is_host(text) || is_placeholder("host", text) {
        return;
    }
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let bare = bare.split(['/', ':']).next().unwrap_or_default().to_ascii_lowercase();
    let help = if is_host(&bare) { format!("write {bare}") } else { "write a name of DNS: farm.example".to_owned() };
    findings.add_at(Some(item), host.origin, format!("`{text}` is no host: the API refuses it"), help);
}

/// Whether a text is a name of DNS, or one with `*.` before it.
fn is_host(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    text.len() <= 253 && text.strip_prefix("*.").unwrap_or(text).split('.').all(is_part)
}
