//! `route-service-misspelt`: a route leads to a Service that is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Kind;
use crate::k8s::Service;
use crate::scope::{Item, Likeness, Reference, Scope, ServicePortName};

pub(super) const RULE: Rule = Rule {
    id: "route-service-misspelt",
    severity: Severity::Warning,
    summary: "a route leads to a Service that is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("route_service_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let references = scope.references();
    for reference in &references {
        let found = meant(scope, &references, reference).or_else(|| beside(scope, &references, reference));
        let Some(meant) = found else { continue };
        findings
            .add(
                reference.item,
                reference.name_at.clone(),
                format!(
                    "no Service is called `{}`, and the one beside it is called `{}`",
                    reference.name,
                    meant.name()
                ),
                format!("write `{}`", meant.name()),
            )
            .also(meant, "metadata.name", "this Service");
    }
}

/// The only Service for Ollama near a route whose name is almost the same.
fn meant<'a>(scope: &Scope<'a>, references: &[Reference<'a>], reference: &Reference<'a>) -> Option<Item<'a>> {
    scope.meant("Service", reference.name, |item, likeness| {
        let meets = match reference.namespace {
            Some(namespace) => item.namespace().is_none_or(|own| own == namespace),
            None => item.may_meet(reference.item),
        };
        let has_port = || {
            let spec = Service::of(item.object).and_then(|service| service.spec.as_ref());
            let mut ports = spec.iter().flat_map(|spec| spec.ports.iter().flatten());
            match reference.port {
                Some(ServicePortName::Number(number)) => ports.any(|port| reference.has_number(number, port)),
                Some(ServicePortName::Name(_)) => false,
                None => reference.is_by_pod() && item.is_beside(reference.item),
            }
        };
        let is_free = || !references.iter().any(|other| other.name == item.name());
        item.is_near(reference.item)
            && meets
            && scope.is_ollamas(item)
            && (likeness == Likeness::Slip || has_port() && is_free())
    })
}

/// The only Service beside a Route of `OpenShift`, where it is for Ollama, has the port, and the Route is called like it.
fn beside<'a>(scope: &Scope<'a>, references: &[Reference<'a>], reference: &Reference<'a>) -> Option<Item<'a>> {
    let mut services = scope.all::<Service>().map(|(item, _)| item).filter(|item| item.is_beside(reference.item));
    let service = services.next().filter(|_| services.next().is_none())?;
    // With a word more it may be what stands before the server.
    let is_other = reference.name.contains(service.name());
    let ports = Service::of(service.object).and_then(|service| service.spec.as_ref()?.ports.as_deref());
    let has_port = match reference.port {
        Some(ServicePortName::Number(number)) => ports?.iter().any(|port| reference.has_number(number, port)),
        Some(ServicePortName::Name(name)) => ports?.iter().any(|port| port.name.as_deref() == Some(name)),
        None => true,
    };
    let is_meant = reference.is_by_pod()
        && !is_other
        && has_port
        && scope.is_ollamas(service)
        && service.may_meet(reference.item)
        && service.name() == reference.item.name()
        && !references.iter().any(|other| other.name == service.name())
        && scope.of_name("Service", reference.name).next().is_none()
        && scope.kustomizations().next().is_none();
    is_meant.then_some(service)
}
