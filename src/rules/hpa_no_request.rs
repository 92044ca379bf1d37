//! `hpa-no-request`: a share of the requested CPU is measured where none is requested.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::LimitRange;
use crate::scope::{About, Scope, Seat, Workload};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "hpa-no-request",
    severity: Severity::Error,
    summary: "a share of the requested CPU is measured where none is requested",
    versions: Versions::All,
    docs: include_str!("hpa_no_request.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers().filter(|scaler| !scaler.is_keda()) {
        let Some(target) = scope.target(&scaler).filter(|target| target.about == About::Server) else { continue };
        let has_defaults = scope.all::<LimitRange>().any(|(range, _)| range.may_meet(target.item));
        if has_defaults || target.is_piece() || target.pod.resources.is_some() {
            continue;
        }
        let metrics = scaler.item.at(&["spec", "metrics"]).map(Node::items).unwrap_or_default();
        for (number, metric) in metrics.iter().enumerate() {
            let Some(resource) = metric.get("resource") else { continue };
            let kind = resource.get("target").and_then(|target| target.get("type")).and_then(Node::text);
            let name = resource.get("name").and_then(Node::text).unwrap_or_default();
            if kind != Some("Utilization") || !matches!(name, "cpu" | "memory") {
                continue;
            }
            let Some(seat) = without(target, name) else { continue };
            findings
                .add(
                    scaler.item,
                    format!("spec.metrics[{number}].resource"),
                    format!(
                        "`{}` requests no {name} of which a share could be taken: nothing is ever scaled",
                        seat.name()
                    ),
                    format!("set resources: {{requests: {{{name}: …}}}} in every container, or leave the metric out"),
                )
                .also(target.item, format!("{}.resources.requests.{name}", seat.path), "");
        }
    }
}

/// The first container of a pod that asks for nothing of a resource: one is enough to have no sum.
fn without<'w, 'a>(workload: &'w Workload<'a>, name: &str) -> Option<&'w Seat<'a>> {
    workload.seats.iter().filter(|seat| seat.stays()).find(|seat| {
        let resources = seat.container.resources.as_ref();
        let says = |map: Option<&std::collections::BTreeMap<_, _>>| map.is_some_and(|map| map.contains_key(name));
        !says(resources.and_then(|own| own.requests.as_ref())) && !says(resources.and_then(|own| own.limits.as_ref()))
    })
}
