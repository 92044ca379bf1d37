//! `chart-models-depth`: models or GPUs stand where the chart does not look for them.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::{Node, Value};

pub(super) const RULE: Rule = Rule {
    id: "chart-models-depth",
    severity: Severity::Error,
    summary: "models or GPUs stand where the chart does not look for them",
    versions: Versions::All,
    docs: include_str!("chart_models_depth.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        for key in ["models", "gpu"] {
            let right = chart.path(&format!("ollama.{key}"));
            if chart.has(key) {
                let message = format!("the chart reads `{right}`, and ignores `{}`", chart.path(key));
                findings.add_to(chart, key, message, format!("move it to {right}"));
            }
            let deeper = format!("ollama.ollama.{key}");
            if chart.has(&deeper) {
                let message = format!("the chart reads `{right}`, and ignores `{}`", chart.path(&deeper));
                findings.add_to(chart, &deeper, message, format!("move it to {right}"));
            }
        }
        let is_old = chart.version.is_some_and(|(major, _)| major == 0);
        let models = chart.get("ollama.models");
        if models.is_some_and(|models| matches!(models.value, Value::Sequence(_))) && !is_old {
            findings.add_to(
                chart,
                "ollama.models",
                "since its release 1.0 the chart cannot be installed with a list of models here",
                format!("write {}: {{pull: [{}]}}", chart.path("ollama.models"), names(models)),
            );
        }
    }
}

fn names(models: Option<&Node>) -> String {
    let names: Vec<&str> = models.map_or(&[][..], Node::items).iter().take(3).filter_map(Node::text).collect();
    names.join(", ")
}
