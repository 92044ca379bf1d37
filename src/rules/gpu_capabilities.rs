//! `gpu-capabilities`: a variable keeps CUDA out of the container.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "gpu-capabilities",
    severity: Severity::Warning,
    summary: "a variable keeps CUDA out of the container",
    versions: Versions::All,
    docs: include_str!("gpu_capabilities.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let by_runtime = workload.pod.runtime_class_name.as_deref() == Some("nvidia");
        for seat in workload.servers() {
            let text = |name: &str| scope.env(workload, seat, name).text();
            let mut say = |name: &str, message: String, help: String| {
                findings.add(workload.item, seat.value_way(name), message, help);
            };
            // A library that is chosen by hand, and computes on the CPU.
            let library = "OLLAMA_LLM_LIBRARY";
            let of_cpu = text(library).filter(|value| value.starts_with("cpu"));
            if let Some(value) = of_cpu.filter(|_| by_runtime || seat.gpus().next().is_some()) {
                let message =
                    format!("{library} is `{value}`: Ollama computes on the CPU, beside the GPU that is kept for it");
                say(library, message, format!("remove {library}"));
            }
            let capabilities = "NVIDIA_DRIVER_CAPABILITIES";
            let is_meant = by_runtime || seat.gpus().any(|(key, _)| key.starts_with("nvidia.com/"));
            if let Some(value) = text(capabilities).filter(|value| is_meant && lacks_compute(value)) {
                let message = format!(
                    "{capabilities} is `{value}`, without compute: CUDA is not in the container, and Ollama computes on the CPU"
                );
                say(capabilities, message, format!("remove {capabilities}, or write compute,utility"));
            }
        }
    }
}

/// Whether a list of what a container may do with a GPU leaves out computing; an empty one is the default.
fn lacks_compute(value: &str) -> bool {
    let has = |word: &str| value.split(',').any(|part| part.trim() == word);
    !has("compute") && !has("all") && !value.trim().is_empty() && !value.contains(['$', '{'])
}
