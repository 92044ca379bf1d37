//! `hpa-metric-target`: a metric is compared with what it cannot be.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "hpa-metric-target",
    severity: Severity::Error,
    summary: "a metric is compared with what it cannot be",
    versions: Versions::All,
    docs: include_str!("hpa_metric_target.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers().filter(|scaler| !scaler.is_keda() && scope.concerns_ollama(scaler.item)) {
        let metrics = scaler.item.at(&["spec", "metrics"]).map(Node::items).unwrap_or_default();
        for (number, metric) in metrics.iter().enumerate() {
            let kind = metric.get("type").and_then(Node::text).unwrap_or_default();
            let key = match kind {
                "Resource" => "resource",
                "ContainerResource" => "containerResource",
                "External" => "external",
                "Pods" => "pods",
                "Object" => "object",
                _ => continue,
            };
            let path = format!("spec.metrics[{number}].{key}");
            let Some(own) = metric.get(key) else {
                let message = format!("a metric of type {kind} without `{key}`: the API refuses it");
                findings.add(
                    scaler.item,
                    format!("spec.metrics[{number}].type"),
                    message,
                    format!("add {key}, or write its type"),
                );
                continue;
            };
            let Some(target) = own.get("target") else { continue };
            let has = |key: &str| target.get(key).is_some();
            let may: &[&str] = match kind {
                "Resource" | "ContainerResource" => &["averageUtilization", "averageValue"],
                "Pods" => &["averageValue"],
                _ => &["value", "averageValue"],
            };
            if !may.iter().any(|key| has(key)) {
                let message = format!("a metric of type {kind} has no {}: the API refuses it", may.join(" or "));
                findings.add(scaler.item, format!("{path}.target"), message, format!("write {}", may.join(" or ")));
            }
        }
    }
}
