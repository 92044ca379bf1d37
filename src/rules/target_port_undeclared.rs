//! `target-port-undeclared`: a Service sends requests to a port that its pods do not name.

use super::probe_port_mismatch::listening;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, Service};
use crate::scope::{Scope, nearest};

pub(super) const RULE: Rule = Rule {
    id: "target-port-undeclared",
    severity: Severity::Warning,
    summary: "a Service sends requests to a port that its pods do not name",
    versions: Versions::All,
    docs: include_str!("target_port_undeclared.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, service) in scope.all::<Service>().filter(|(item, _)| scope.is_ollamas(*item)) {
        let Some(spec) = &service.spec else { continue };
        let (Some(selector), Some([port])) = (&spec.selector, spec.ports.as_deref()) else { continue };
        let target = match &port.target_port {
            None => port.port,
            Some(IntOrString::Int(number)) => *number,
            Some(IntOrString::String(_)) => continue,
        };
        let key = if port.target_port.is_some() { "targetPort" } else { "port" };
        let [workload] = nearest(item, scope.selected(item, selector))[..] else { continue };
        let [server] = workload.seats.iter().filter(|seat| seat.stays()).collect::<Vec<_>>()[..] else { continue };
        // Where it is known which port Ollama listens on, `probe-port-mismatch` says so.
        if selector.is_empty() || listening(scope, workload, server).is_some() {
            continue;
        }
        let is_told = server.variable("OLLAMA_HOST").is_some()
            && scope.listens(workload, server).is_some_and(|listens| i32::from(listens.port) == target);
        let Some([only]) = server.container.ports.as_deref().filter(|_| !is_told) else { continue };
        if only.container_port != target && only.container_port > 0 {
            findings
                .add(
                    item,
                    format!("spec.ports[0].{key}"),
                    format!(
                        "requests go to port {target}, and the only port that `{}` names is {}",
                        server.name(),
                        only.container_port
                    ),
                    format!("set targetPort: {}", only.container_port),
                )
                .also(workload.item, format!("{}.ports[0].containerPort", server.path), "its port");
        }
    }
}
