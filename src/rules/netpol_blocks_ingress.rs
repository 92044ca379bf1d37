//! `netpol-blocks-ingress`: a policy keeps out the controller that is to lead to the server.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Kind;
use crate::k8s::Service;
use crate::scope::{Direction, Scope};

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
                        "add ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}}]}]",
                    )
                    .also(door.item, "metadata.name", "leads to these pods");
            }
        }
    }
}
