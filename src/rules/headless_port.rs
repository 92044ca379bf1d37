//! `headless-port`: a headless Service changes no ports.

use super::probe_port_mismatch::declared;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, Service};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "headless-port",
    severity: Severity::Warning,
    summary: "a headless Service changes no ports",
    versions: Versions::All,
    docs: include_str!("headless_port.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, service) in scope.all::<Service>().filter(|(item, _)| scope.is_ollamas(*item)) {
        let Some(spec) = service.spec.as_ref().filter(|spec| spec.cluster_ip.as_deref() == Some("None")) else {
            continue;
        };
        let none = std::collections::BTreeMap::new();
        let chosen = scope.selected(item, spec.selector.as_ref().unwrap_or(&none));
        for (at, port) in spec.ports.iter().flatten().enumerate() {
            let mut seats = chosen.iter().flat_map(|workload| &workload.seats);
            let target = match &port.target_port {
                Some(IntOrString::Int(number)) => Some(*number),
                Some(IntOrString::String(name)) => seats.find_map(|seat| declared(seat, name)),
                None => None,
            };
            if let Some(target) = target.filter(|target| *target != port.port && *target != 0) {
                findings.add(
                    item,
                    format!("spec.ports[{at}].port"),
                    format!(
                        "a headless Service gives the addresses of the pods: who dials {} meets no {target} there",
                        port.port
                    ),
                    format!("set port: {target}, or leave clusterIP: None out"),
                );
            }
        }
    }
}
