//! `chart-amd-tolerations`: the chart tolerates no taint of AMD GPU nodes.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-amd-tolerations",
    severity: Severity::Info,
    summary: "the chart tolerates no taint of AMD GPU nodes",
    versions: Versions::All,
    docs: include_str!("chart_amd_tolerations.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let is_amd = chart.is_on("ollama.gpu.enabled") == Some(true) && chart.text("ollama.gpu.type") == Some("amd");
        if is_amd && chart.is_whole && !chart.has("tolerations") {
            findings.add_to(
                chart,
                "ollama.gpu.type",
                "the chart adds a toleration for NVIDIA nodes, none for AMD nodes",
                "where the nodes have a taint, add tolerations: [{key: amd.com/gpu, operator: Exists, effect: NoSchedule}]",
            );
        }
    }
}
