//! `route-port-target`: an Ingress names the port of the pods and not that of the Service.

use super::route_port_missing::{has, help, is_missing, may_mean_target, ports};
use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "route-port-target",
    severity: Severity::Warning,
    summary: "an Ingress names the port of the pods, and not that of the Service",
    versions: Versions::All,
    docs: include_str!("route_port_target.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for reference in scope.references() {
        let Some((service, spec)) = scope.referred(&reference) else { continue };
        let Some(ports) = ports(spec).filter(|ports| is_missing(&reference, ports)) else { continue };
        if may_mean_target(&reference, ports) && scope.concerns_ollama(reference.item) {
            let message = format!(
                "this is the targetPort of Service `{}`, whose own port is {}: ingress-nginx takes it, other controllers find no such port",
                reference.name,
                has(ports)
            );
            let help = help(&reference, ports);
            findings.add(reference.item, reference.port_at.clone(), message, help).also(
                service,
                "spec.ports",
                "its ports",
            );
        }
    }
}
