//! Is a text a template of manifests: of Helm, Jinja or Go?

use crate::tree::{Fault, FaultKind, Node, Value};

/// Whether a text is filled in by another tool before it is a manifest. What stands in the values of a chart, in a
/// script or in an alert is filled in by whoever reads that, and makes no template of the text.
pub(super) fn is_template(text: &str, documents: &[Node], faults: &[Fault]) -> bool {
    if !text.contains("{{") && !text.contains("{%") {
        return false;
    }
    let is_broken = faults.iter().any(|fault| fault.kind == FaultKind::Syntax);
    (is_broken && has_actions(text)) || documents.iter().any(is_filled_in)
}

/// Whether there are actions between the lines or bare ones in the place of a value.
fn has_actions(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        let bare = |mark: &str| {
            line.starts_with(mark) || line.contains(&format!(": {mark}")) || line.contains(&format!("- {mark}"))
        };
        bare("{{") || bare("{%")
    })
}

/// Objects whose values are other tools' templates.
const HOLDERS: [&str; 9] = [
    "Application",
    "ApplicationSet",
    "ConfigMap",
    "HelmChart",
    "HelmChartConfig",
    "HelmRelease",
    "PrometheusRule",
    "Secret",
    "ExternalSecret",
];

/// Whether values of an object are left for another tool to fill in: its name, or any value of a kind that holds no
/// templates itself.
fn is_filled_in(document: &Node) -> bool {
    let kind = document.get("kind").and_then(Node::text).unwrap_or_default();
    if kind == "ApplicationSet" {
        return false;
    }
    if HOLDERS.contains(&kind) {
        let name = document.get("metadata").and_then(|metadata| metadata.get("name"));
        return name.is_some_and(starts_an_action);
    }
    let inside = |entry: &crate::tree::Entry| entry.key != "annotations" && any(&entry.value);
    document.entries().iter().any(inside)
}

fn any(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(_) => starts_an_action(node),
        Value::Sequence(items) => items.iter().any(any),
        Value::Mapping(entries) => entries.iter().any(|entry| entry.key != "annotations" && any(&entry.value)),
    }
}

fn starts_an_action(node: &Node) -> bool {
    node.text().is_some_and(|text| text.starts_with("{{") || text.starts_with("{%"))
}
