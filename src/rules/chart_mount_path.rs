//! `chart-mount-path`: the models are beside the volume of the chart.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Chart, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "chart-mount-path",
    severity: Severity::Warning,
    summary: "the models are beside the volume of the chart",
    versions: Versions::All,
    docs: include_str!("chart_mount_path.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for app in scope.apps() {
        for volume in app.get("persistence").map_or(&[][..], Node::entries) {
            wrong_keys(app, &volume.value, findings);
        }
    }
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

/// Mounts of `app-template` that say where by the key of Kubernetes.
fn wrong_keys(app: &Chart<'_>, volume: &Node, findings: &mut Findings) {
    let global = volume.get("globalMounts").map_or(&[][..], Node::items);
    let controllers = volume.get("advancedMounts").map_or(&[][..], Node::entries);
    let containers = controllers.iter().flat_map(|controller| controller.value.entries());
    let advanced = containers.flat_map(|container| container.value.items());
    for mount in global.iter().chain(advanced).filter(|mount| mount.get("path").is_none()) {
        let Some(wrong) = mount.entries().iter().find(|entry| entry.key == "mountPath") else { continue };
        let Some(path) = wrong.value.text() else { continue };
        findings.add_at(
            app.item,
            wrong.key_origin,
            format!("a mount of app-template has no `mountPath`: the volume is not at {path}"),
            format!("write path: {path}"),
        );
    }
}
