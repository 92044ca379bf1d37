//! `chart-gpu-vendor`: the chart is told of one kind of GPU and of nodes with another.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "chart-gpu-vendor",
    severity: Severity::Warning,
    summary: "the chart is told of one kind of GPU and of nodes with another",
    versions: Versions::All,
    docs: include_str!("chart_gpu_vendor.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.is_on("ollama.gpu.enabled") == Some(true)) {
        let (own, other) = match chart.text("ollama.gpu.type") {
            Some("amd") => ("amd", "nvidia"),
            Some("nvidia") => ("nvidia", "amd"),
            None if chart.is_whole => ("nvidia", "amd"),
            _ => continue,
        };
        let prefix = |vendor: &str| format!("{vendor}.com/");
        if chart.get("affinity").is_some() {
            continue;
        }
        let labels = chart.get("nodeSelector").map_or(&[][..], Node::entries).iter();
        let is_wish = |value: &Node| value.text().is_some_and(|text| text != "false") && !value.is_null();
        let labels = labels.filter(|entry| is_wish(&entry.value)).map(|entry| entry.key.as_str());
        let taints = chart.list("tolerations").iter().filter_map(|one| one.get("key").and_then(Node::text));
        let keys: Vec<&str> = labels.chain(taints).collect();
        let has = |vendor: &str| keys.iter().any(|key| key.starts_with(&prefix(vendor)));
        if has(other) && !has(own) {
            findings.add_to(
                chart,
                "ollama.gpu.type",
                format!(
                    "the chart asks for GPUs of type {own}, and the nodes that it is sent to or lets in are of {other}"
                ),
                format!("write type: {other}"),
            );
        }
    }
}
