//! `chart-update-strategy`: the chart cannot roll out with this strategy.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-update-strategy",
    severity: Severity::Error,
    summary: "the chart cannot roll out with this strategy",
    versions: Versions::All,
    docs: include_str!("chart_update_strategy.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let kind = chart.text("updateStrategy.type");
        if chart.has("updateStrategy.rollingUpdate") && chart.get("updateStrategy.type").is_none() && chart.is_whole
            || chart.has("updateStrategy.rollingUpdate") && kind == Some("Recreate")
        {
            findings.add_to(
                chart,
                "updateStrategy.rollingUpdate",
                "the strategy is Recreate, the chart's own, and the API server refuses rollingUpdate beside it",
                "add type: RollingUpdate to updateStrategy",
            );
        }
        let surge = chart.get("updateStrategy.rollingUpdate.maxSurge").map(|surge| surge.text());
        let has_none = matches!(surge, Some(None | Some("0" | "0%")));
        if kind == Some("RollingUpdate") && chart.shares_one_volume() && !has_none {
            findings.add_to(
                chart,
                "updateStrategy.type",
                "the new pod waits for a ReadWriteOnce volume that the old one holds",
                "set updateStrategy: {type: Recreate}, the chart's default",
            );
        }
    }
}
