//! `hpa-metric-target`: an autoscaler has a target or a time that it cannot have.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "hpa-metric-target",
    severity: Severity::Error,
    summary: "an autoscaler has a target or a time that it cannot have",
    versions: Versions::All,
    docs: include_str!("hpa_metric_target.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers().filter(|scaler| !scaler.is_keda() && scope.concerns_ollama(scaler.item)) {
        behaviour(scaler.item, findings);
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
            let mut entries = target.entries().iter();
            if target.entries().is_empty() || entries.any(|entry| is_variable(&entry.key)) {
                continue;
            }
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

/// How fast it may go, beyond what the API takes.
fn behaviour(item: Item<'_>, findings: &mut Findings) {
    for direction in ["scaleUp", "scaleDown"] {
        let Some(rules) = item.at(&["spec", "behavior", direction]) else { continue };
        let mut judge = |node: Option<&Node>, path: String, most: u64| {
            if let Some(seconds) =
                node.and_then(Node::text).and_then(|text| text.parse::<u64>().ok()).filter(|own| *own > most)
            {
                let message = format!("{seconds} seconds are more than {most}: the API refuses it");
                findings.add(item, path, message, format!("write {most} or less"));
            }
        };
        let key = "stabilizationWindowSeconds";
        judge(rules.get(key), format!("spec.behavior.{direction}.{key}"), 3600);
        for (at, policy) in rules.get("policies").map_or(&[][..], Node::items).iter().enumerate() {
            let path = format!("spec.behavior.{direction}.policies[{at}].periodSeconds");
            judge(policy.get("periodSeconds"), path, 1800);
        }
    }
}
