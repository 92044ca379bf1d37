//! `chart-gateway-name`: the route of the chart names another Gateway than the chart makes.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-gateway-name",
    severity: Severity::Error,
    summary: "the route of the chart names another Gateway than the chart makes",
    versions: Versions::All,
    docs: include_str!("chart_gateway_name.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let is_made = chart.is_on("gateway.enabled") == Some(true) && chart.is_on("httpRoute.enabled") == Some(true);
        let Some(name) = chart.text("gateway.name").filter(|name| is_made && !name.is_empty()) else { continue };
        let Some(made) = chart.full_name() else { continue };
        if made != name && !chart.has("httpRoute.parentRefs") && chart.below.is_empty() {
            findings.add_to(
                chart,
                "gateway.name",
                format!("the chart makes a Gateway `{made}`, and its route is for a Gateway `{name}`"),
                "leave gateway.name out",
            );
        }
    }
}
