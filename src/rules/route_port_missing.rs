//! `route-port-missing`: a route names a port that its Service does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, ServicePort, ServiceSpec};
use crate::scope::{Reference, Scope, ServicePortName, is_unknown};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "route-port-missing",
    severity: Severity::Error,
    summary: "a route names a port that its Service does not have",
    versions: Versions::All,
    docs: include_str!("route_port_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let routes = scope.references().into_iter().filter(|reference| reference.item.object.kind() == "HTTPRoute");
    for reference in routes.filter(|reference| reference.port.is_none() && scope.concerns_ollama(reference.item)) {
        let known = scope.referred(&reference).and_then(|(_, spec)| ports(spec)?.first().map(|port| port.port));
        let message = format!("a route to the Service `{}` without its port: the API refuses it", reference.name);
        let help = format!("add port: {}", known.unwrap_or(11434));
        findings.add(reference.item, reference.port_at.clone(), message, help);
    }
    for reference in scope.references() {
        let Some((service, spec)) = scope.referred(&reference) else { continue };
        let Some(ports) = ports(spec).filter(|ports| is_missing(&reference, ports)) else { continue };
        if may_mean_target(&reference, ports) || !scope.concerns_ollama(reference.item) {
            continue;
        }
        let message = match reference.port {
            Some(ServicePortName::Number(number)) if reference.is_by_pod() => {
                format!(
                    "Service `{}` sends nothing to port {number} of its pods: it has {}",
                    reference.name,
                    targets(ports)
                )
            }
            Some(ServicePortName::Number(number)) => {
                format!("Service `{}` has no port {number}: it has {}", reference.name, has(ports))
            }
            Some(ServicePortName::Name(name)) => {
                format!("Service `{}` has no port named `{name}`: it has {}", reference.name, has(ports))
            }
            None => continue,
        };
        findings.add(reference.item, reference.port_at.clone(), message, help(&reference, ports)).also(
            service,
            "spec.ports",
            "its ports",
        );
    }
}

/// The ports of a Service, where they are all that it has.
pub(super) fn ports(spec: &ServiceSpec) -> Option<&[ServicePort]> {
    let ports = spec.ports.as_deref().filter(|ports| !ports.is_empty())?;
    (spec.type_.as_deref() != Some("ExternalName")).then_some(ports)
}

/// Whether no port is the one that is named.
pub(super) fn is_missing(reference: &Reference<'_>, ports: &[ServicePort]) -> bool {
    match reference.port {
        Some(ServicePortName::Number(number)) => !ports.iter().any(|port| reference.has_number(number, port)),
        Some(ServicePortName::Name(name)) => {
            !is_unknown(name)
                && !name.contains('$')
                && !ports.iter().any(|port| port.name.as_deref().is_some_and(|own| own == name || own.contains('$')))
        }
        None => false,
    }
}

/// Whether what is named is where the Service sends requests to, which ingress-nginx takes for the port.
pub(super) fn may_mean_target(reference: &Reference<'_>, ports: &[ServicePort]) -> bool {
    let is_target = |port: &ServicePort| match (&port.target_port, reference.port) {
        (Some(IntOrString::Int(target)), Some(ServicePortName::Number(number))) => *target == number,
        (Some(IntOrString::String(target)), Some(ServicePortName::Name(name))) => target == name,
        _ => false,
    };
    ports.iter().any(is_target) && takes_targets(reference)
}

/// Whether the controller of an Ingress may be ingress-nginx, or another one that looks at `targetPort`.
fn takes_targets(reference: &Reference<'_>) -> bool {
    const OTHERS: [&str; 8] = ["traefik", "alb", "gce", "kong", "contour", "cilium", "istio", "tailscale"];
    if reference.item.object.kind() != "Ingress" {
        return false;
    }
    let field = reference.item.at(&["spec", "ingressClassName"]).and_then(Node::text);
    let class = field.or_else(|| reference.item.annotation("kubernetes.io/ingress.class")).unwrap_or_default();
    !OTHERS.iter().any(|other| class.contains(other))
}

/// What a Service has, by number and name.
pub(super) fn has(ports: &[ServicePort]) -> String {
    let of = |port: &ServicePort| match &port.name {
        Some(name) => format!("{} (`{name}`)", port.port),
        None => port.port.to_string(),
    };
    ports.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// What a Service sends to, by number or name.
fn targets(ports: &[ServicePort]) -> String {
    let of = |port: &ServicePort| match &port.target_port {
        Some(IntOrString::Int(number)) => number.to_string(),
        Some(IntOrString::String(name)) => format!("`{name}`"),
        None => port.port.to_string(),
    };
    ports.iter().map(of).collect::<Vec<_>>().join(", ")
}

pub(super) fn help(reference: &Reference<'_>, ports: &[ServicePort]) -> String {
    let is_ingress = reference.item.object.kind() == "Ingress";
    let number = ports.first().map_or(0, |port| port.port);
    if let Some(port) = ports.first().filter(|_| reference.is_by_pod()) {
        let name = port.name.clone().unwrap_or_else(|| targets(&ports[..1]).replace('`', ""));
        return format!("set targetPort: {name}");
    }
    match reference.port {
        Some(ServicePortName::Name(_)) if is_ingress => match ports.first().and_then(|port| port.name.as_ref()) {
            Some(name) => format!("set port: {{name: {name}}}"),
            None => format!("set port: {{number: {number}}}"),
        },
        _ if is_ingress || reference.port_at.ends_with(".number") => format!("set port: {{number: {number}}}"),
        _ => format!("set port: {number}"),
    }
}
