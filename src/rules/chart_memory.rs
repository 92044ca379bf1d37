//! `chart-memory`: a model does not fit the memory limit of the chart.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Quantity;
use crate::model_name::ModelName;
use crate::scope::{Scope, size};
use crate::sizing::{CacheType, Device, Load, footprint, known};
use crate::tree::Node;
use crate::units::Bytes;

pub(super) const RULE: Rule = Rule {
    id: "chart-memory",
    severity: Severity::Error,
    summary: "a model does not fit the memory limit of the chart",
    versions: Versions::All,
    docs: include_str!("chart_memory.md"),
    check,
};

/// The least that a server loads a model with: its own default context without a GPU, one request at a time.
const LEAST: Load =
    Load { context: 4096, parallel: 1, cache: CacheType::Q4, flash_attention: true, device: Device::Cpu };

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for chart in scope.charts().iter().filter(|chart| chart.is_on("ollama.gpu.enabled") == Some(false)) {
        let limits = chart.get("resources.limits").map_or(&[][..], Node::entries);
        let on_gpu = limits.iter().any(|entry| entry.key.contains('/') && entry.key != "ephemeral-storage");
        let Some(limit) = chart.text("resources.limits.memory").and_then(|text| size(&Quantity(text.to_owned())))
        else {
            continue;
        };
        let is_short =
            chart.variable("OLLAMA_CONTEXT_LENGTH").is_some() || !chart.lacks_variable("OLLAMA_CONTEXT_LENGTH");
        let load = Load { context: if is_short { 256 } else { LEAST.context }, ..LEAST };
        let needs = |name: &str| {
            let model: ModelName = name.parse().ok()?;
            let taken = footprint(&known(&model)?.shape, load);
            Some(taken.weights + taken.kv_cache)
        };
        let largest = chart.models().filter_map(|name| Some((needs(name)?, name))).max();
        if let Some((needed, name)) = largest.filter(|(needed, _)| *needed > limit && !on_gpu) {
            findings.add_to(
                chart,
                "resources.limits.memory",
                format!(
                    "`{name}` takes {} GiB without a GPU, and the limit is {} GiB",
                    needed.in_gib(),
                    limit.in_gib()
                ),
                format!(
                    "set resources.limits.memory: {} or more, or pull a smaller model",
                    (needed + Bytes::gib(2)).round_up(Bytes::gib(1))
                ),
            );
        }
    }
}
