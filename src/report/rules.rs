//! What rules are there, and what does one say?

use std::fmt::Write;

use k8s_openapi::serde_json;
use serde::Serialize;

use crate::rules::{RULES, Rule, Versions};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    id: &'a str,
    severity: &'a str,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    before_kubernetes: Option<String>,
}

/// All rules, one a line, or as JSON.
///
/// # Panics
/// Never: rules have no keys but text.
pub fn table(as_json: bool) -> String {
    let rows = RULES.iter().map(|rule| Row {
        id: rule.id,
        severity: rule.severity.name(),
        summary: rule.summary,
        before_kubernetes: match rule.versions {
            Versions::All => None,
            Versions::Before(minor) => Some(format!("1.{minor}")),
        },
    });
    if as_json {
        let rows: Vec<Row<'_>> = rows.collect();
        return serde_json::to_string_pretty(&rows).expect("rules have no keys but text") + "\n";
    }
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    rows.fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{:width$}  {:7}  {}", row.id, row.severity, row.summary);
        text
    })
}

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let (title, rest) = rule.docs.split_once('\n').unwrap_or((rule.docs, ""));
    let versions = match rule.versions {
        Versions::All => String::new(),
        Versions::Before(minor) => format!(", before Kubernetes 1.{minor}"),
    };
    format!("{title} ({}{versions})\n{rest}", rule.severity.name())
}
