//! `chart-embedding-run`: an embedding model cannot be run by the chart.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::model;
use crate::model_name::ModelName;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-embedding-run",
    severity: Severity::Warning,
    summary: "an embedding model cannot be run by the chart",
    versions: Versions::All,
    docs: include_str!("chart_embedding_run.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        for (number, run) in chart.list("ollama.models.run").iter().enumerate() {
            let Some(name) = run.text() else { continue };
            let known = name.parse::<ModelName>().ok().and_then(|name| model(&name));
            if known.is_some_and(|model| model.network.pooling) {
                findings.add_to(
                    chart,
                    &format!("ollama.models.run[{number}]"),
                    format!("`ollama run {name}` ends with an error, because `{name}` makes embeddings; as the last command it ends the container"),
                    "move it to ollama.models.pull",
                );
            }
        }
    }
}
