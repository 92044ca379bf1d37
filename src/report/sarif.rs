//! What was found in manifests, as SARIF 2.1.0: for code scanning and editors.
//!
//! Source of the fields: OASIS, Static Analysis Results Interchange Format 2.1.0, sections 3.13 to 3.58; which of them
//! GitHub reads: docs.github.com, "SARIF support for code scanning".

use std::fmt::Write;

use k8s_openapi::serde_json::{self, Value, json};

use crate::lint::{Found, Report};
use crate::rules::{RULES, Rule, Severity};
use crate::tree::{Origin, Sources};

/// As SARIF, with the page of each rule that found something, and a line's end.
///
/// # Panics
/// Never: findings have no keys but text.
pub fn sarif(sources: &Sources, report: &Report) -> String {
    let rules: Vec<&Rule> =
        RULES.iter().copied().filter(|rule| report.found.iter().any(|f| f.finding.rule.id == rule.id)).collect();
    let results: Vec<Value> = report.found.iter().map(|found| result(sources, found, &rules)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "ollama-k8s",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).expect("findings have no keys but text") + "\n"
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.docs, "markdown": rule.docs},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn result(sources: &Sources, found: &Found, rules: &[&Rule]) -> Value {
    let finding = &found.finding;
    let also: Vec<Value> = found
        .also
        .iter()
        .enumerate()
        .map(|(id, (spot, word))| {
            json!({"id": id, "physicalLocation": place(sources, spot.origin), "message": {"text": word}})
        })
        .collect();
    let object = finding.object.as_ref().map(|object| format!("{object}: ")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.rule.id,
        "ruleIndex": rules.iter().position(|rule| rule.id == finding.rule.id),
        "level": level(finding.rule.severity),
        "message": {"text": format!("{object}{}\n{}", finding.message, finding.help)},
        "locations": [{"physicalLocation": place(sources, found.spot.origin)}],
    });
    if !also.is_empty() {
        result["relatedLocations"] = also.into();
    }
    result
}

fn place(sources: &Sources, at: Origin) -> Value {
    let (line, column) = sources.line_and_column(at);
    let (end_line, end_column) = sources.line_and_column(Origin { start: at.end, ..at });
    json!({
        "artifactLocation": {"uri": uri(&sources.get(at.source).name)},
        "region": {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column},
    })
}

/// A path as a relative reference: what has a meaning in one is escaped.
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(byte as char);
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("./apps/my llama/a:b.yaml"), "apps/my%20llama/a%3Ab.yaml");
    }
}
