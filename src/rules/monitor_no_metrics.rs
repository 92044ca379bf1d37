//! `monitor-no-metrics`: metrics are asked of Ollama, which has none.

use std::collections::{BTreeMap, HashMap};

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, LabelSelector, Service};
use crate::scope::{Item, PORT, Scope, Workload};
use crate::tree::{Entry, Node};

pub(super) const RULE: Rule = Rule {
    id: "monitor-no-metrics",
    severity: Severity::Warning,
    summary: "metrics are asked of Ollama, which has none",
    versions: Versions::All,
    docs: include_str!("monitor_no_metrics.md"),
    check,
};

const HELP: &str = "scrape an exporter beside Ollama, or the metrics of the proxy in front of it";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let has =
            |key: &str, value| workload.annotations.and_then(|notes| notes.get(key)).is_some_and(|is| is == value);
        let path = workload.annotations.and_then(|notes| notes.get("prometheus.io/path"));
        let asks = has("prometheus.io/scrape", "true") && path.is_none_or(|path| path == "/metrics");
        if asks && has("prometheus.io/port", "11434") && is_ollamas(workload, &IntOrString::Int(PORT)) {
            let at = format!("{}.metadata.annotations.prometheus.io/scrape", workload.at.trim_end_matches(".spec"));
            findings.add(workload.item, at, "Ollama answers /metrics with 404: the target is always down", HELP);
        }
    }
    let mut services = HashMap::new();
    for (item, monitor) in scope.custom("ServiceMonitor", "monitoring.coreos.com/") {
        let Some(labels) = labels(monitor) else { continue };
        if services.is_empty() {
            services = by_label(scope);
        }
        let Some((key, value)) = labels.iter().next() else { continue };
        for (at, service) in services.get(&(key.as_str(), value.as_str())).into_iter().flatten() {
            let is_chosen = labels
                .iter()
                .all(|(key, value)| at.labels().and_then(|labels| labels.get(key)).is_some_and(|is| is == value));
            let spec = service.spec.as_ref().filter(|_| is_chosen && at.is_near(item) && at.may_meet(item));
            let Some(selector) = spec.and_then(|spec| spec.selector.as_ref()) else { continue };
            let servers = scope.selected(*at, selector);
            let target = |name: &str| {
                let ports = spec.and_then(|spec| spec.ports.as_deref()).unwrap_or_default();
                let port = ports.iter().find(|port| port.name.as_deref() == Some(name))?;
                Some(port.target_port.clone().unwrap_or(IntOrString::Int(port.port)))
            };
            say(item, monitor, "endpoints", &servers, target, findings);
        }
    }
    for (item, monitor) in scope.custom("PodMonitor", "monitoring.coreos.com/") {
        let Some(labels) = labels(monitor) else { continue };
        let selector = LabelSelector { match_labels: Some(labels), ..LabelSelector::default() };
        let servers = scope.selected_by(item, &selector);
        let target = |name: &str| Some(IntOrString::String(name.to_owned()));
        say(item, monitor, "podMetricsEndpoints", &servers, target, findings);
    }
}

fn say(
    item: Item<'_>,
    monitor: &Node,
    field: &str,
    servers: &[&Workload<'_>],
    target: impl Fn(&str) -> Option<IntOrString>,
    findings: &mut Findings,
) {
    let endpoints = monitor.get("spec").and_then(|spec| spec.get(field)).map(Node::items).unwrap_or_default();
    for (number, endpoint) in endpoints.iter().enumerate() {
        let path = endpoint.get("path").and_then(Node::text).unwrap_or("/metrics");
        let target = endpoint.get("port").and_then(Node::text).and_then(&target);
        let Some(target) = target.filter(|_| path == "/metrics") else { continue };
        if servers.iter().any(|server| is_ollamas(server, &target)) {
            let message = "Ollama answers /metrics with 404: the target is always down";
            findings.add(item, format!("spec.{field}[{number}].port"), message, HELP);
        }
    }
}

/// Whether a port of a pod is that of Ollama itself, in its own image.
fn is_ollamas(workload: &Workload<'_>, target: &IntOrString) -> bool {
    workload.servers().filter(|seat| seat.image().is_official()).any(|seat| match target {
        IntOrString::Int(number) => *number == PORT,
        IntOrString::String(name) => seat
            .container
            .ports
            .iter()
            .flatten()
            .any(|port| port.name.as_ref() == Some(name) && port.container_port == PORT),
    })
}

/// The labels that a monitor looks for; none where it has other ways to choose.
pub(super) fn labels(monitor: &Node) -> Option<BTreeMap<String, String>> {
    let selector = monitor.get("spec")?.get("selector")?;
    let entries = selector.get("matchLabels")?.entries();
    let pair = |entry: &Entry| Some((entry.key.to_string(), entry.value.text()?.to_owned()));
    (selector.get("matchExpressions").is_none() && !entries.is_empty())
        .then(|| entries.iter().filter_map(pair).collect())
}

pub(super) fn by_label<'a>(scope: &Scope<'a>) -> HashMap<(&'a str, &'a str), Vec<(Item<'a>, &'a Service)>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for (item, service) in scope.all::<Service>() {
        for (key, value) in item.labels().into_iter().flatten() {
            found.entry((key.as_str(), value.as_str())).or_default().push((item, service));
        }
    }
    found
}
