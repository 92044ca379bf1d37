//! `endpoints-mismatch`: written addresses do not fit the Service that they are for.

use std::collections::HashMap;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{Service, ServicePort};
use crate::scope::{Item, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "endpoints-mismatch",
    severity: Severity::Error,
    summary: "written addresses do not fit the Service that they are for",
    versions: Versions::All,
    docs: include_str!("endpoints_mismatch.md"),
    check,
};

const LABEL: &str = "kubernetes.io/service-name";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let slices: Vec<(Item<'_>, &Node)> = scope.custom("EndpointSlice", "discovery.k8s.io/").collect();
    let mut belonging: HashMap<&str, usize> = HashMap::new();
    for name in slices.iter().filter_map(|(item, _)| named(*item)) {
        *belonging.entry(name).or_default() += 1;
    }
    for (item, tree) in &slices {
        match named(*item) {
            // A Service may have several slices, each for some of its ports.
            Some(name) if belonging[name] == 1 => ports(scope, *item, name, "ports", tree.get("ports"), findings),
            Some(_) => {}
            None => {
                let service = unlabelled(scope, *item).filter(|service| !belonging.contains_key(service.name()));
                let Some(service) = service else { continue };
                findings
                    .add(
                        *item,
                        "metadata.labels",
                        format!("without the label {LABEL} the slice belongs to no Service, whatever it is called"),
                        format!("set labels: {{{LABEL}: {}}}", service.name()),
                    )
                    .also(service, "metadata.name", "has no addresses");
            }
        }
    }
    for (item, tree) in scope.custom("Endpoints", "v1") {
        let subsets = tree.get("subsets").map_or(&[][..], Node::items);
        if let [subset] = subsets {
            ports(scope, item, item.name(), "subsets[0].ports", subset.get("ports"), findings);
        }
    }
}

/// The Service that a slice belongs to by its label.
fn named(slice: Item<'_>) -> Option<&str> {
    slice.labels()?.get(LABEL).map(String::as_str)
}

/// The Service for Ollama that has no selector, and with whose name that of a slice without the label begins.
fn unlabelled<'a>(scope: &Scope<'a>, slice: Item<'a>) -> Option<Item<'a>> {
    let ends = slice.name().match_indices('-').map(|(at, _)| at).chain([slice.name().len()]);
    let mut found = ends
        .filter_map(|end| scope.find::<Service>(slice, &slice.name()[..end]))
        .filter(|(item, service)| item.is_near(slice) && scope.is_ollamas(*item) && written_ports(service).is_some());
    let (service, _) = found.next().filter(|_| found.next().is_none())?;
    scope.named(slice, "Endpoints", service.name()).is_none().then_some(service)
}

/// The ports of a Service whose addresses somebody writes himself.
fn written_ports(service: &Service) -> Option<&[ServicePort]> {
    let spec = service.spec.as_ref()?;
    let has_selector = spec.selector.as_ref().is_some_and(|selector| !selector.is_empty());
    let ports = spec.ports.as_deref().filter(|ports| !ports.is_empty())?;
    (!has_selector && spec.type_.as_deref() != Some("ExternalName")).then_some(ports)
}

/// Tells that no port of a Service has its name among its addresses.
fn ports(scope: &Scope<'_>, item: Item<'_>, service: &str, way: &str, written: Option<&Node>, findings: &mut Findings) {
    let Some((service, object)) = scope.find::<Service>(item, service) else { return };
    let Some(wanted) = written_ports(object).filter(|_| scope.is_ollamas(service)) else { return };
    let name = |port: &Node| {
        port.get("name").filter(|name| !name.is_null()).and_then(Node::text).unwrap_or_default().to_owned()
    };
    let names: Vec<String> = written.map_or(&[][..], Node::items).iter().map(name).collect();
    let wanted: Vec<&str> = wanted.iter().map(|port| port.name.as_deref().unwrap_or_default()).collect();
    let is_known = !names.iter().any(|name| name.contains(['$', '{'])) && !wanted.iter().any(|name| name.contains('$'));
    let ([first, ..], [own, ..]) = (&names[..], &wanted[..]) else { return };
    if !is_known || wanted.iter().any(|name| names.iter().any(|written| written == name)) {
        return;
    }
    let said = |name: &str| if name.is_empty() { "no name".to_owned() } else { format!("the name `{name}`") };
    let help = if own.is_empty() { "leave the name out".to_owned() } else { format!("set name: {own}") };
    findings
        .add(
            item,
            format!("{way}[0].name"),
            format!("the port of the Service has {}, and here {}: it finds no address", said(own), said(first)),
            help,
        )
        .also(service, "spec.ports", "its ports");
}
