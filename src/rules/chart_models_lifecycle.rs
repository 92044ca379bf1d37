//! `chart-models-lifecycle`: models are listed and never pulled.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-models-lifecycle",
    severity: Severity::Error,
    summary: "models are listed and never pulled",
    versions: Versions::All,
    docs: include_str!("chart_models_lifecycle.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.has("lifecycle")) {
        let count = chart.models().count();
        let pulls_itself = chart.get("lifecycle.postStart").is_some_and(|hook| says(hook, "pull"));
        if count > 0 && !pulls_itself {
            findings
                .add_to(
                    chart,
                    "lifecycle",
                    format!("`lifecycle` takes the place of the chart's hook, which was to pull {count} of the models"),
                    "leave lifecycle out, or pull in it",
                )
                .also
                .push((super::Place::Text(chart.place("ollama.models")), "never pulled".to_owned()));
        }
    }
}

fn says(node: &crate::tree::Node, word: &str) -> bool {
    node.text().is_some_and(|text| text.contains(word))
        || node.items().iter().any(|item| says(item, word))
        || node.entries().iter().any(|entry| says(&entry.value, word))
}
