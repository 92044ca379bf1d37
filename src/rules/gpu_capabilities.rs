//! `gpu-capabilities`: a variable keeps CUDA out of the container.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Env, Scope};

pub(super) const RULE: Rule = Rule {
    id: "gpu-capabilities",
    severity: Severity::Warning,
    summary: "a variable keeps CUDA out of the container",
    versions: Versions::All,
    docs: include_str!("gpu_capabilities.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    const NAME: &str = "NVIDIA_DRIVER_CAPABILITIES";
    of_library(scope, findings);
    for workload in scope.servers() {
        for seat in workload.servers() {
            let asks = seat.gpus().any(|(key, _)| key.starts_with("nvidia.com/"));
            let is_meant = asks || workload.pod.runtime_class_name.as_deref() == Some("nvidia");
            let Env::Text(value) = scope.env(workload, seat, NAME) else { continue };
            let has = |word: &str| value.split(',').any(|part| part.trim() == word);
            if !is_meant || has("compute") || has("all") || value.trim().is_empty() || value.contains(['$', '{']) {
                continue;
            }
            let path = seat.variable(NAME).map_or_else(|| seat.path.clone(), |(_, path)| format!("{path}.value"));
            findings.add(
                workload.item,
                path,
                format!(
                    "{NAME} is `{value}`, without compute: CUDA is not in the container, and Ollama computes on the CPU"
                ),
                format!("remove {NAME}, or write compute,utility"),
            );
        }
    }
}

/// A library that is chosen by hand, and computes on the CPU, beside a GPU.
fn of_library(scope: &Scope<'_>, findings: &mut Findings) {
    const NAME: &str = "OLLAMA_LLM_LIBRARY";
    for workload in scope.servers() {
        for seat in workload.servers() {
            let is_meant = seat.gpus().next().is_some() || workload.pod.runtime_class_name.as_deref() == Some("nvidia");
            let Env::Text(value) = scope.env(workload, seat, NAME) else { continue };
            if is_meant && value.starts_with("cpu") {
                let path = seat.variable(NAME).map_or_else(|| seat.path.clone(), |(_, path)| format!("{path}.value"));
                let message =
                    format!("{NAME} is `{value}`: Ollama computes on the CPU, beside the GPU that is kept for it");
                findings.add(workload.item, path, message, format!("remove {NAME}"));
            }
        }
    }
}
