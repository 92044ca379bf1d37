//! `chart-env-repeated`: a variable that the chart sets is set again.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "chart-env-repeated",
    severity: Severity::Warning,
    summary: "a variable that the chart sets is set again",
    versions: Versions::All,
    docs: include_str!("chart_env_repeated.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let on_nvidia = chart.is_on("ollama.gpu.enabled") == Some(true)
            && chart.get("ollama.gpu.type").is_none_or(|kind| kind.text() == Some("nvidia"));
        for (number, variable) in chart.list("extraEnv").iter().enumerate() {
            let name = variable.get("name").and_then(Node::text).unwrap_or_default();
            if name == "OLLAMA_HOST" || on_nvidia && name == "PATH" {
                findings.add_to(
                    chart,
                    &format!("extraEnv[{number}].name"),
                    format!("the chart sets `{name}` itself: it is there twice, and server-side apply refuses that"),
                    "leave it out",
                );
            }
        }
    }
}
