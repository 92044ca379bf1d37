//! `netpol-blocks-ingress`: a policy keeps out the controller that is to lead to the server.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Kind;
use crate::k8s::Service;
use crate::scope::{Direction, Item, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "netpol-blocks-ingress",
    severity: Severity::Warning,
    summary: "a policy keeps out the controller that is to lead to the server",
    versions: Versions::All,
    docs: include_str!("netpol_blocks_ingress.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let bound = scope.bound(Direction::Ingress);
    if bound.is_empty() {
        return;
    }
    for door in scope.doors() {
        let Some(item) = door.service else { continue };
        let Some(from) = comes_from(door.item) else { continue };
        let service = Service::of(item.object);
        let Some(selector) = service.and_then(|service| service.spec.as_ref()?.selector.as_ref()) else { continue };
        for server in scope.selected(item, selector) {
            let Some(group) = bound.get(&server.item.number) else { continue };
            let port = server
                .servers()
                .find_map(|seat| scope.listens(server, seat))
                .map_or(11434, |listens| i32::from(listens.port));
            let rules: Vec<_> = group.policies.iter().flat_map(|(_, spec)| Direction::Ingress.rules(spec)).collect();
            let Some((first, _)) = group.policies.first() else { continue };
            // Where the port is open to nobody, `netpol-port-mismatch` says so.
            let is_told = !rules.is_empty() && !rules.iter().any(|rule| rule.has_port(port, "TCP"));
            if !is_told && !rules.iter().any(|rule| rule.has_others() && rule.has_port(port, "TCP")) {
                findings
                    .add(
                        *first,
                        "spec.ingress",
                        format!("only pods of this namespace get to port {port}: the controller of `{}` is in another one", door.name()),
                        format!("add ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {from}}}}}}}]}}]"),
                    )
                    .also(door.item, "metadata.name", "leads to these pods");
            }
        }
    }
}

/// The namespace that requests come from, as far as anybody can say; nothing where it may be the route's own.
fn comes_from(door: Item<'_>) -> Option<&str> {
    let Some(parents) = door.at(&["spec", "parentRefs"]) else { return Some("ingress-nginx") };
    let mut others = parents.items().iter().map(|parent| parent.get("namespace").and_then(Node::text));
    let first = others.next().flatten()?;
    (Some(first) != door.namespace() && others.all(|other| other.is_some())).then_some(first)
}
