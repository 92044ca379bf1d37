//! `monitor-selects-nothing`: a monitor chooses nothing, and what it is for stands beside it.

use std::collections::BTreeMap;

use super::monitor_no_metrics::{by_label, labels};
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::{Item, Scope, selects};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "monitor-selects-nothing",
    severity: Severity::Warning,
    summary: "a monitor chooses nothing, and what it is for stands beside it",
    versions: Versions::All,
    docs: include_str!("monitor_selects_nothing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // A chart or an operator may make what is chosen.
    let is_elsewhere = ["HelmRelease", "Application", "ApplicationSet", "Component", "HelmChart"]
        .iter()
        .any(|kind| scope.custom(kind, "").next().is_some());
    if is_elsewhere {
        return;
    }
    of_services(scope, findings);
    for (item, monitor) in scope.custom("PodMonitor", "monitoring.coreos.com/") {
        let Some(wanted) = labels(monitor).filter(|wanted| is_ours(item, wanted) && is_clear(scope, wanted)) else {
            continue;
        };
        if scope.all_workloads().iter().any(|workload| selects(&wanted, workload.labels)) {
            continue;
        }
        let asked = ports(monitor, "podMetricsEndpoints");
        let mut near = scope.servers().filter(|server| {
            let own = server.seats.iter().flat_map(|seat| seat.container.ports.iter().flatten());
            server.item.is_near(item)
                && own.into_iter().any(|port| port.name.as_deref().is_some_and(|name| asked.contains(&name)))
                && is_seen(item, monitor, server.item)
        });
        let Some(server) = near.next().filter(|_| near.next().is_none()) else { continue };
        let way = format!("{}.metadata.labels", server.at.trim_end_matches(".spec"));
        say(item, server.item, server.labels, &way, findings);
    }
}

fn of_services(scope: &Scope<'_>, findings: &mut Findings) {
    let mut monitors = scope.custom("ServiceMonitor", "monitoring.coreos.com/").peekable();
    if monitors.peek().is_none() {
        return;
    }
    let services = by_label(scope);
    let ours: Vec<(Item<'_>, &Service)> = scope.all::<Service>().filter(|(at, _)| scope.is_ollamas(*at)).collect();
    for (item, monitor) in monitors {
        let Some(wanted) = labels(monitor).filter(|wanted| is_ours(item, wanted) && is_clear(scope, wanted)) else {
            continue;
        };
        let first = wanted.iter().next().and_then(|(key, value)| services.get(&(key.as_str(), value.as_str())));
        if first.into_iter().flatten().any(|(service, _)| selects(&wanted, service.labels())) {
            continue;
        }
        let asked = ports(monitor, "endpoints");
        let mut near = ours.iter().filter(|(at, service)| {
            let own = service.spec.iter().flat_map(|spec| spec.ports.iter().flatten());
            at.is_near(item)
                && own.into_iter().any(|port| port.name.as_deref().is_some_and(|name| asked.contains(&name)))
                && is_seen(item, monitor, *at)
        });
        let Some((service, _)) = near.next().filter(|_| near.next().is_none()) else { continue };
        say(item, *service, service.labels(), "metadata.labels", findings);
    }
}

fn say(
    monitor: Item<'_>,
    meant: Item<'_>,
    labels: Option<&BTreeMap<String, String>>,
    way: &str,
    findings: &mut Findings,
) {
    let pair = labels.and_then(|labels| labels.iter().next()).map(|(key, value)| format!("{key}: {value}"));
    let (what, help) = match pair {
        Some(pair) => (format!("has `{pair}`"), format!("set selector: {{matchLabels: {{{pair}}}}}")),
        None => ("has no labels".to_owned(), "give it these labels".to_owned()),
    };
    let name = meant.object.reference();
    findings
        .add(
            monitor,
            "spec.selector.matchLabels",
            format!("nothing among these manifests has these labels: {name}, which has such a port, {what}"),
            help,
        )
        .also(meant, way, "its labels");
}

/// Whether a monitor says that it is for Ollama.
fn is_ours(item: Item<'_>, wanted: &BTreeMap<String, String>) -> bool {
    item.name().contains("llama") || wanted.values().any(|value| value.contains("llama"))
}

/// Whether no tool adds or fills in what a monitor looks for.
fn is_clear(scope: &Scope<'_>, wanted: &BTreeMap<String, String>) -> bool {
    let is_unclear =
        |(key, value): (&String, &String)| value.contains(['$', '{', '<']) || scope.adds_label_anywhere(key);
    !wanted.iter().any(is_unclear)
}

/// Whether a monitor looks into the namespace of an object.
fn is_seen(item: Item<'_>, monitor: &Node, other: Item<'_>) -> bool {
    let Some(selector) = monitor.get("spec").and_then(|spec| spec.get("namespaceSelector")) else {
        return item.may_meet(other);
    };
    let names = selector.get("matchNames").map_or(&[][..], Node::items);
    let is_any = selector.get("any").and_then(Node::text) == Some("true");
    is_any || other.namespace().is_none_or(|own| names.iter().any(|name| name.text() == Some(own)))
}

/// The names of the ports that a monitor asks.
fn ports<'n>(monitor: &'n Node, field: &str) -> Vec<&'n str> {
    let endpoints = monitor.get("spec").and_then(|spec| spec.get(field)).map_or(&[][..], Node::items);
    endpoints.iter().filter_map(|endpoint| endpoint.get("port")?.text()).collect()
}
