//! `keda-strings`: a trigger of KEDA has a value that is no text, or lacks one.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::{Node, Scalar, Style, Value};

pub(super) const RULE: Rule = Rule {
    id: "keda-strings",
    severity: Severity::Error,
    summary: "a trigger of KEDA has a value that is no text, or lacks one",
    versions: Versions::All,
    docs: include_str!("keda_strings.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, number, trigger) in scope.keda_triggers() {
        let path = format!("spec.triggers[{number}].metadata");
        let Some(metadata) = trigger.get("metadata") else { continue };
        for entry in metadata.entries().iter().filter(|entry| !is_text(&entry.value)) {
            let text = entry.value.text().unwrap_or_default();
            findings.add(
                item,
                format!("{path}.{}", entry.key),
                format!("`{}` must be text: the API refuses it", entry.key),
                format!("write {}: \"{text}\"", entry.key),
            );
        }
        if trigger.get("type").and_then(Node::text) != Some("prometheus") {
            continue;
        }
        let missing = ["serverAddress", "query", "threshold"].into_iter().find(|key| metadata.get(key).is_none());
        if let Some(key) = missing {
            let message = format!("a prometheus trigger needs {key}: without it nothing is scaled");
            findings.add(item, format!("{path}.{key}"), message, format!("add {key}: \"…\""));
        }
    }
}

/// Whether a value is text for YAML 1.1 as well, as Kubernetes reads it.
fn is_text(node: &Node) -> bool {
    let Value::Scalar(Scalar { text, style }) = &node.value else { return false };
    if *style != Style::Plain || text.contains('$') {
        return true;
    }
    let word = matches!(
        text.to_ascii_lowercase().as_str(),
        "" | "~" | "null" | "true" | "false" | "yes" | "no" | "on" | "off"
    );
    let number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) && text.parse::<f64>().is_ok();
    !word && !number
}
