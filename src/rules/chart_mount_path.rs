//! `chart-mount-path`: the models are beside the volume of the chart.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-mount-path",
    severity: Severity::Warning,
    summary: "the models are beside the volume of the chart",
    versions: Versions::All,
    docs: include_str!("chart_mount_path.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts() {
        let Some(path) = chart.text("ollama.mountPath").map(|path| path.trim_end_matches('/')) else { continue };
        let is_usual = path.is_empty() || path == "/root/.ollama" || path == "/root";
        let is_told = !chart.lacks_variable("OLLAMA_MODELS") || !chart.lacks_variable("HOME");
        if !is_usual && !is_told && chart.is_on("persistentVolume.enabled") == Some(true) {
            findings.add_to(
                chart,
                "ollama.mountPath",
                format!("the volume is at {path}, and the server keeps its models at /root/.ollama/models"),
                format!("add extraEnv: [{{name: OLLAMA_MODELS, value: {path}/models}}], or leave mountPath out"),
            );
        }
    }
}
