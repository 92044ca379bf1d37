//! `chart-knative`: a setting of the chart does not go with Knative.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-knative",
    severity: Severity::Warning,
    summary: "a setting of the chart does not go with Knative",
    versions: Versions::All,
    docs: include_str!("chart_knative.md"),
    check,
};

/// What the chart leaves out or writes wrongly for Knative, and what then happens.
const WRONG: [(&str, &str); 3] = [
    ("autoscaling.enabled", "the HorizontalPodAutoscaler is for a Deployment that is not there"),
    ("ollama.gpu.mig.enabled", "the MIG devices are ignored, and one whole GPU is asked for"),
    ("service.ipFamilies", "the Service is left out but for these lines, which are no object"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.is_on("knative.enabled") == Some(true)) {
        for (path, what) in WRONG {
            if chart.is_on(path) == Some(true) || path == "service.ipFamilies" && chart.has(path) {
                findings.add_to(chart, path, format!("with knative.enabled {what}"), format!("leave {path} out"));
            }
        }
    }
}
