//! `chart-ephemeral-store`: the chart pulls its models again at each start.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-ephemeral-store",
    severity: Severity::Warning,
    summary: "the chart pulls its models again at each start",
    versions: Versions::All,
    docs: include_str!("chart_ephemeral_store.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let is_stored = chart.is_on("persistentVolume.enabled") != Some(false)
            || chart.has("volumeMounts")
            || !chart.lacks_variable("OLLAMA_MODELS");
        // `chart-unknown-value` tells a volume that stands where the chart does not look for it.
        let is_told = super::chart_unknown_value::is_judged(chart)
            && ["ollama.persistence", "ollama.persistentVolume", "persistence"].iter().any(|path| chart.has(path));
        if is_told {
            continue;
        }
        let count = chart.models().count();
        if count > 0 && !is_stored && chart.is_on("knative.enabled") == Some(false) {
            let models = if count == 1 { "its model".to_owned() } else { format!("its {count} models") };
            findings.add_to(
                chart,
                "persistentVolume.enabled",
                format!("there is no volume, so each start of a pod pulls {models} again"),
                "set persistentVolume: {enabled: true, size: 50Gi}, as large as the models",
            );
        }
    }
}
