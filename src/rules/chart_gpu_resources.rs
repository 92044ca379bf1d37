//! `chart-gpu-resources`: the chart does not reserve the GPU that is asked for.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "chart-gpu-resources",
    severity: Severity::Warning,
    summary: "the chart does not reserve the GPU that is asked for",
    versions: Versions::All,
    docs: include_str!("chart_gpu_resources.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.is_on("ollama.gpu.enabled") == Some(true)) {
        if chart.get("resources").is_some_and(crate::tree::Node::is_null) {
            findings.add_to(
                chart,
                "resources",
                "empty `resources` take the chart's GPU limit away as well: the pod gets no GPU",
                "write resources: {}, or leave it out",
            );
        }
        let resource = chart.text("ollama.gpu.nvidiaResource").unwrap_or("nvidia.com/gpu");
        let own = format!("resources.limits.{resource}");
        let spot = chart.get("resources.limits").and_then(|limits| limits.get(resource));
        let twice = spot.and_then(crate::tree::Node::text).and_then(|text| text.parse::<u64>().ok());
        let number = match chart.get("ollama.gpu.number") {
            None => Some(1),
            Some(_) => chart.number("ollama.gpu.number"),
        };
        if let (Some(twice), Some(number)) = (twice, number)
            && twice != number
        {
            findings.add_to(
                chart,
                &own,
                format!("{twice} GPUs are asked for here and {number} in ollama.gpu.number"),
                "leave it out here: the chart adds the limit",
            );
        }
    }
}
