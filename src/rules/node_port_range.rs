//! `node-port-range`: a port outside the range for nodes.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "node-port-range",
    severity: Severity::Warning,
    summary: "a port outside the range for nodes",
    versions: Versions::All,
    docs: include_str!("node_port_range.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, service) in scope.all::<Service>() {
        let ports = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten()).enumerate();
        let mut outside = ports.filter_map(|(at, port)| {
            Some((at, port.node_port.filter(|port| *port != 0 && !(30_000..=32_767).contains(port))?))
        });
        let Some((at, port)) = outside.next() else { continue };
        if scope.is_about_ollama(item) {
            findings.add(
                item,
                format!("spec.ports[{at}].nodePort"),
                format!("{port} is not between 30000 and 32767, where node ports are unless the API server is told otherwise"),
                "remove nodePort, or write one such as 31434",
            );
        }
    }
}
