//! `service-selects-nothing`: the Service for Ollama chooses no pod.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, Service, ServiceSpec};
use crate::scope::{Item, PORT, Scope, Workload, is_added, selects};

pub(super) const RULE: Rule = Rule {
    id: "service-selects-nothing",
    severity: Severity::Error,
    summary: "the Service for Ollama chooses no pod",
    versions: Versions::All,
    docs: include_str!("service_selects_nothing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut empty = Vec::new();
    let mut served = vec![false; scope.items().len()];
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = &service.spec else { continue };
        let Some(selector) = spec.selector.as_ref().filter(|selector| !selector.is_empty()) else { continue };
        let chosen = scope.selected(item, selector);
        for workload in chosen.iter().filter(|workload| workload.item.is_near(item)) {
            served[workload.item.number] = true;
        }
        if chosen.is_empty() && spec.type_.as_deref() != Some("ExternalName") {
            empty.push((item, spec, selector));
        }
    }
    if empty.is_empty() {
        return;
    }
    let servers: Vec<_> = scope.servers().filter(|server| !server.is_piece() && server.labels.is_some()).collect();
    let alone: Vec<_> = servers.iter().copied().filter(|server| !served[server.item.number]).collect();
    let elsewhere = scope.pairs_elsewhere();
    for (item, spec, selector) in empty {
        let is_unclear = |(key, value): (&String, &String)| {
            value.contains(['$', '{'])
                || is_added(key)
                || scope.adds_label(key)
                || elsewhere.contains(&(key.as_str(), value.as_str()))
        };
        if selector.iter().any(is_unclear) {
            continue;
        }
        let meant = alone
            .iter()
            .find(|server| server.item.is_near(item) && is_for(item, spec, server))
            .or_else(|| servers.iter().find(|server| server.item.is_beside(item) && has_port(spec)));
        if let Some(server) = meant {
            say(item, selector, server, scope.sets_namespaces(), findings);
        }
    }
}

/// The Services that this rule finds, by their places among the objects: nobody reaches anything by them.
pub(super) fn dead(scope: &Scope<'_>) -> Vec<usize> {
    let mut findings = Findings { rule: &RULE, found: Vec::new() };
    check(scope, &mut findings);
    findings.found.iter().filter_map(|finding| finding.number).collect()
}

fn say(
    item: Item<'_>,
    selector: &BTreeMap<String, String>,
    server: &Workload<'_>,
    sets_namespaces: bool,
    findings: &mut Findings,
) {
    let name = server.item.object.reference();
    if selects(selector, server.labels) {
        let (Some(here), Some(there)) = (item.namespace(), server.item.namespace()) else { return };
        if !sets_namespaces && here != there {
            let message = format!("it looks for pods in namespace `{here}`, and those of {name} are in `{there}`");
            findings.add(item, "metadata.namespace", message, format!("set namespace: {there}")).also(
                server.item,
                "metadata.namespace",
                "the pods are here",
            );
        }
        return;
    }
    let own = server.selector().and_then(|own| own.match_labels.as_ref()).filter(|own| !own.is_empty());
    let Some(labels) = own.or(server.labels) else { return };
    let labels = written(labels);
    let (message, help) = match (item.namespace(), server.item.namespace()) {
        _ if item.may_meet(server.item) => {
            (format!("no pod has these labels; those of {name} have `{labels}`"), format!("set selector: {{{labels}}}"))
        }
        (Some(here), Some(there)) if !sets_namespaces => (
            format!(
                "no pod in namespace `{here}` has these labels; those of {name} are in `{there}` and have `{labels}`"
            ),
            format!("set namespace: {there} and selector: {{{labels}}}"),
        ),
        _ => return,
    };
    findings.add(item, "spec.selector", message, help).also(
        server.item,
        format!("{}.metadata.labels", server.at.trim_end_matches(".spec")),
        "the labels of its pods",
    );
}

/// Labels as they stand in a map on one line.
pub(super) fn written(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    pairs.join(", ")
}

/// Whether a Service is meant for a server: by its port, or by its name.
fn is_for(item: Item<'_>, spec: &ServiceSpec, server: &Workload<'_>) -> bool {
    let name = item.name().trim_end_matches("-service").trim_end_matches("-svc");
    has_port(spec) || name == "ollama" || name == server.item.name()
}

fn has_port(spec: &ServiceSpec) -> bool {
    spec.ports.iter().flatten().any(|port| match &port.target_port {
        Some(IntOrString::Int(target)) => *target == PORT,
        _ => port.port == PORT,
    })
}
