//! `headless-port`: a headless Service changes no ports.

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
        for (at, port) in spec.ports.iter().flatten().enumerate() {
            let Some(IntOrString::Int(target)) = &port.target_port else { continue };
            if *target != port.port {
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
