//! `keda-short-host`: KEDA looks up the name of a Service in its own namespace.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "keda-short-host",
    severity: Severity::Warning,
    summary: "KEDA looks up the name of a Service in its own namespace",
    versions: Versions::All,
    docs: include_str!("keda_short_host.md"),
    check,
};

/// Where triggers have the address that the operator dials. Source: KEDA 2.21 `pkg/scalers`.
const ADDRESSES: [(&str, &str); 6] = [
    ("prometheus", "serverAddress"),
    ("graphite", "serverAddress"),
    ("metrics-api", "url"),
    ("external", "scalerAddress"),
    ("external-push", "scalerAddress"),
    ("redis", "address"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, number, trigger) in scope.keda_triggers() {
        let kind = trigger.get("type").and_then(Node::text).unwrap_or_default();
        let Some((_, key)) = ADDRESSES.iter().find(|(own, _)| *own == kind) else { continue };
        let text = trigger.get("metadata").and_then(|of| of.get(key)).and_then(Node::text);
        let Some(text) = text.filter(|text| !is_variable(text)) else { continue };
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
        // The operator's own namespace, by its usual name.
        if host.is_empty()
            || host.starts_with('[')
            || matches!(host, "unix" | "dns")
            || host.contains('.')
            || host == "localhost"
            || item.namespace().is_some_and(|own| own.contains("keda"))
        {
            continue;
        }
        findings.add(
            item,
            format!("spec.triggers[{number}].metadata.{key}"),
            format!("it is KEDA's operator that dials `{host}`, and it looks for it in its own namespace"),
            format!(
                "write the namespace behind the name: {}",
                text.replacen(host, &format!("{host}.monitoring.svc"), 1)
            ),
        );
    }
}
