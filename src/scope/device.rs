//! Does a server compute on the CPU?

use super::{Scope, Seat, Workload};
use crate::k8s::*;

/// What in a name says that there is a GPU.
const WORDS: [&str; 9] = ["gpu", "nvidia", "amd.com", "cuda", "rocm", "accelerator", "vulkan", "jetson", "intel.com"];
/// Variables of GPUs begin so.
const VARIABLES: [&str; 9] =
    ["NVIDIA_", "CUDA_", "HSA_", "ROCR_", "HIP_", "JETSON_", "GGML_VK_", "OLLAMA_VULKAN", "OLLAMA_IGPU_ENABLE"];

impl<'a> Scope<'a> {
    /// Whether nothing in the manifest of a server has to do with a GPU: neither a resource, nor a choice of nodes, a
    /// runtime, a device, a variable, an image or a name.
    pub fn is_on_cpu(&self, workload: &Workload<'a>, seat: &Seat<'a>) -> bool {
        let variable = self.env(workload, seat, "NVIDIA_VISIBLE_DEVICES").text();
        let hidden = variable.is_some_and(|value| matches!(value, "void" | "none" | ""));
        !reserves(workload, seat) && (hidden || !(chooses_nodes(workload) || sees_devices(workload, seat)))
    }
}

fn says(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

fn reserves(workload: &Workload<'_>, seat: &Seat<'_>) -> bool {
    let Some(resources) = &seat.container.resources else { return workload.pod.resource_claims.is_some() };
    let amounts = resources.limits.iter().chain(&resources.requests).flatten();
    let mut devices = amounts.filter(|(key, amount)| key.contains('/') && amount.0 != "0");
    resources.claims.is_some() || workload.pod.resource_claims.is_some() || devices.next().is_some()
}

fn chooses_nodes(workload: &Workload<'_>) -> bool {
    let pod = workload.pod;
    let pairs = pod.node_selector.iter().chain(workload.annotations).chain(workload.labels).flatten();
    let terms = node_terms(pod).flat_map(|term| term.match_expressions.iter().flatten());
    let tolerated = pod.tolerations.iter().flatten();
    pod.runtime_class_name.is_some()
        || pairs.into_iter().any(|(key, value)| says(key) || says(value))
        || terms.into_iter().any(|term| says(&term.key) || term.values.iter().flatten().any(|value| says(value)))
        || tolerated.flat_map(|toleration| [&toleration.key, &toleration.value]).flatten().any(|text| says(text))
}

fn node_terms(pod: &PodSpec) -> impl Iterator<Item = &NodeSelectorTerm> {
    let affinity = pod.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required = affinity.and_then(|a| a.required_during_scheduling_ignored_during_execution.as_ref());
    let preferred = affinity.and_then(|a| a.preferred_during_scheduling_ignored_during_execution.as_ref());
    let preferred = preferred.into_iter().flatten().map(|preferred| &preferred.preference);
    required.into_iter().flat_map(|required| &required.node_selector_terms).chain(preferred)
}

fn sees_devices(workload: &Workload<'_>, seat: &Seat<'_>) -> bool {
    let container = seat.container;
    let privileged = container.security_context.as_ref().and_then(|context| context.privileged) == Some(true);
    let mut devices = workload.pod.volumes.iter().flatten().filter_map(|volume| volume.host_path.as_ref());
    let mut variables = container.env.iter().flatten();
    privileged
        || devices.any(|folder| folder.path.starts_with("/dev") && folder.path != "/dev/shm" || says(&folder.path))
        || variables.any(|variable| VARIABLES.iter().any(|begin| variable.name.starts_with(begin)))
        || says(container.image.as_deref().unwrap_or_default())
        || says(&container.name)
        || says(workload.item.name())
}
