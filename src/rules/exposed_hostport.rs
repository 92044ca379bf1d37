//! `exposed-hostport`: a port of the node leads to the server, past every Service.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "exposed-hostport",
    severity: Severity::Warning,
    summary: "a port of the node leads to the server, past every Service",
    versions: Versions::All,
    docs: include_str!("exposed_hostport.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            let ports = seat.container.ports.iter().flatten().enumerate();
            for (at, port) in ports {
                let Some(host) = port.host_port.filter(|host| *host > 0) else { continue };
                let address = port.host_ip.as_deref().unwrap_or_default();
                if address == "127.0.0.1" || address == "::1" {
                    continue;
                }
                findings.add(
                    workload.item,
                    format!("{}.ports[{at}].hostPort", seat.path),
                    format!("whoever reaches port {host} of the node may use, pull and delete models, and only one such pod fits on a node"),
                    "leave hostPort out and let a Service lead to the pod",
                );
            }
        }
    }
}
