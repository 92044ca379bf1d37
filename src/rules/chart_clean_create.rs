//! `chart-clean-create`: a model that the chart makes is removed by the chart.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-clean-create",
    severity: Severity::Warning,
    summary: "a model that the chart makes is removed by the chart",
    versions: Versions::All,
    docs: include_str!("chart_clean_create.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.is_on("ollama.models.clean") == Some(true)) {
        for (number, model) in chart.list("ollama.models.create").iter().enumerate() {
            let Some(name) = model.get("name").and_then(crate::tree::Node::text) else { continue };
            let is_run = chart.list("ollama.models.run").iter().any(|run| run.text() == Some(name));
            if !name.contains(':') && !is_run {
                findings
                    .add_to(
                        chart,
                        &format!("ollama.models.create[{number}].name"),
                        format!("`{name}` is made and then removed: the list of what is kept knows it by another name, `{name}:latest`"),
                        format!("write name: {name}:latest, or set clean: false"),
                    );
            }
        }
    }
}
