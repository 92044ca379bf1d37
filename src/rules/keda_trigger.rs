//! `keda-trigger`: a trigger that KEDA cannot use.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "keda-trigger",
    severity: Severity::Error,
    summary: "a trigger that KEDA cannot use",
    versions: Versions::All,
    docs: include_str!("keda_trigger.md"),
    check,
};

/// Triggers that scale servers. Source: KEDA 2.21 `pkg/scaling/scalers_builder.go`, those that are used for Ollama.
const TYPES: [&str; 12] = [
    "cpu",
    "cron",
    "external",
    "external-push",
    "graphite",
    "kafka",
    "memory",
    "metrics-api",
    "nats-jetstream",
    "prometheus",
    "rabbitmq",
    "redis",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, number, trigger) in scope.keda_triggers() {
        let kind = trigger.get("type").and_then(Node::text).unwrap_or_default();
        let near = |known: &&&str| strsim::osa_distance(known, kind) <= known.len().div_ceil(6);
        let meant = TYPES.iter().filter(|_| !TYPES.contains(&kind) && kind.len() >= 3).find(near);
        if let Some(meant) = meant {
            let message = format!("KEDA has no trigger of type `{kind}`: nothing is scaled");
            findings.add(item, format!("spec.triggers[{number}].type"), message, format!("write type: {meant}"));
        }
        let address = trigger.get("metadata").and_then(|of| of.get("serverAddress")).and_then(Node::text);
        let address = address.filter(|text| kind == "prometheus" && !text.contains("://") && !is_variable(text));
        if let Some(address) = address {
            findings.add(
                item,
                format!("spec.triggers[{number}].metadata.serverAddress"),
                format!("`{address}` does not say by which protocol: KEDA cannot ask it"),
                format!("write serverAddress: http://{address}"),
            );
        }
    }
}
