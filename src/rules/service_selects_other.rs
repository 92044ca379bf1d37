//! `service-selects-other`: a Service chooses other pods than those of its name, which nobody chooses.

use std::collections::HashMap;

use super::service_selects_nothing::written;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::{Scope, Workload, nearest};

pub(super) const RULE: Rule = Rule {
    id: "service-selects-other",
    severity: Severity::Warning,
    summary: "a Service chooses other pods than those of its name, which nobody chooses",
    versions: Versions::All,
    docs: include_str!("service_selects_other.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let reached = scope.served();
    let mut unreached: HashMap<&str, Vec<&Workload<'_>>> = HashMap::new();
    for server in scope.servers().filter(|server| !reached.contains_key(&server.item.number) && runs(server)) {
        unreached.entry(server.item.name()).or_default().push(server);
        let named = server.stateful_set().and_then(|set| set.service_name.as_deref());
        if let Some(named) = named.filter(|named| *named != server.item.name()) {
            unreached.entry(named).or_default().push(server);
        }
    }
    if unreached.is_empty() {
        return;
    }
    for (item, service) in scope.all::<Service>() {
        let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
        let Some(selector) = selector.filter(|selector| !selector.is_empty()) else { continue };
        let mut own = unreached.get(item.name()).into_iter().flatten();
        let Some(server) = own.find(|server| server.item.is_near(item) && server.item.may_meet(item)) else { continue };
        let Some(other) = nearest(item, scope.selected(item, selector)).first().copied() else { continue };
        let labels = server.selector().and_then(|own| own.match_labels.as_ref()).filter(|own| !own.is_empty());
        let Some(labels) = labels.filter(|labels| !labels.keys().any(|key| scope.adds_label(key))) else { continue };
        let (name, chosen) = (server.item.object.reference(), other.item.object.reference());
        findings
            .add(
                item,
                "spec.selector",
                format!("requests for `{}` go to the pods of {chosen}, and none to those of {name}", item.name()),
                format!("set selector: {{{}}}", written(labels)),
            )
            .also(server.item, "metadata.name", "gets no request by any Service");
    }
}

/// Whether a server has pods that nobody reaches but by a Service.
fn runs(server: &Workload<'_>) -> bool {
    let mut ports = server.servers().flat_map(|seat| seat.container.ports.iter().flatten());
    server.replicas > 0
        && !server.is_piece()
        && server.pod.host_network != Some(true)
        && !ports.any(|port| port.host_port.is_some())
}
