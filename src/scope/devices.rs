//! Is a pod meant for a GPU, and does its image know that GPU?

use super::{Image, Item, Scope, Seat, Workload};
use crate::facts::Release;
use crate::k8s::{NodeSelectorRequirement, Quantity};

/// Where a pod is sent to nodes with GPUs.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// The way to what says so in its object.
    pub path: String,
    /// What it says, as `key=value`.
    pub text: String,
    /// Whether it only lets the pod go there: a toleration.
    pub is_leave: bool,
}

impl Workload<'_> {
    /// What sends the pods to nodes with GPUs: a node selector, a required affinity, or a toleration.
    pub fn gpu_placement(&self) -> Option<Placement> {
        self.gpu_nodes().or_else(|| self.gpu_toleration())
    }

    fn gpu_nodes(&self) -> Option<Placement> {
        let place =
            |path: String, text: String| Placement { path: format!("{}.{path}", self.at), text, is_leave: false };
        let selector = self.pod.node_selector.iter().flatten();
        if let Some((key, value)) = selector.into_iter().find(|(key, value)| says_gpu(key, value)) {
            return Some(place(format!("nodeSelector.{key}"), format!("{key}={value}")));
        }
        let affinity = self.pod.affinity.as_ref()?.node_affinity.as_ref()?;
        let terms = &affinity.required_during_scheduling_ignored_during_execution.as_ref()?.node_selector_terms;
        let wants = |one: &NodeSelectorRequirement| match one.operator.as_str() {
            "Exists" | "Gt" => says_gpu(&one.key, ""),
            "In" => {
                let values = one.values.as_deref().unwrap_or_default();
                !values.is_empty() && values.iter().all(|value| says_gpu(&one.key, value))
            }
            _ => false,
        };
        let [term] = &terms[..] else { return None };
        let expressions = term.match_expressions.as_deref().unwrap_or_default();
        let (at, one) = expressions.iter().enumerate().find(|(_, one)| wants(one))?;
        let at = format!(
            "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[{at}].key"
        );
        Some(place(at, one.key.clone()))
    }

    fn gpu_toleration(&self) -> Option<Placement> {
        let tolerations = self.pod.tolerations.iter().flatten().enumerate();
        let (at, one) = tolerations.into_iter().find(|(_, one)| {
            one.key.as_deref().is_some_and(|key| says_gpu(key, one.value.as_deref().unwrap_or_default()))
        })?;
        let key = one.key.clone().unwrap_or_default();
        Some(Placement { path: format!("{}.tolerations[{at}].key", self.at), text: key, is_leave: true })
    }

    /// Whether devices may reach the pod in a way that its resources do not show: through the host, an annotation of a
    /// GPU sharing tool, a scheduler of its own, or a claim.
    pub fn may_have_hidden_devices(&self) -> bool {
        let is_host_device = |path: &str| path.starts_with("/dev") || path.contains("nvidia") || path.contains("rocm");
        let mut annotations = self.annotations.into_iter().flatten();
        let volumes = self.pod.volumes.iter().flatten();
        let mut hosts = volumes.filter_map(|volume| volume.host_path.as_ref());
        annotations.any(|(key, value)| key.contains("gpu") || key.contains("cdi.k8s.io") || value.contains("gpu"))
            || hosts.any(|host| is_host_device(&host.path))
            || self.seats.iter().any(Seat::is_privileged)
            || self.pod.resource_claims.as_ref().is_some_and(|claims| !claims.is_empty())
            || self.pod.scheduler_name.as_deref().is_some_and(|name| name != "default-scheduler")
    }
}

impl<'a> Seat<'a> {
    /// How much of a resource it may take at most, as written.
    pub fn limit(&self, resource: &str) -> Option<&'a Quantity> {
        self.container.resources.as_ref()?.limits.as_ref()?.get(resource)
    }

    /// How much of a resource is kept for it, as written.
    pub fn request(&self, resource: &str) -> Option<&'a Quantity> {
        self.container.resources.as_ref()?.requests.as_ref()?.get(resource)
    }

    /// Whether it asks for a device of any kind: an extended resource, a claim of the pod, or a device of the host.
    pub fn asks_for_devices(&self) -> bool {
        let Some(resources) = &self.container.resources else { return false };
        let amounts = resources.limits.iter().chain(&resources.requests).flatten();
        let is_device = |(key, amount): (&String, &Quantity)| key.contains('/') && amount.0.trim() != "0";
        resources.claims.as_ref().is_some_and(|claims| !claims.is_empty()) || amounts.into_iter().any(is_device)
    }
}

/// Whether a label or taint speaks of GPUs, and not of their absence.
fn says_gpu(key: &str, value: &str) -> bool {
    let text = format!("{key} {value}").to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_gpu = |word: &str| matches!(word, "gpu" | "gpus" | "nvidia" | "cuda" | "rocm");
    let is_vendor = |word: &str| matches!(word, "amd" | "radeon" | "tesla" | "geforce" | "vgpu");
    let is_not = |word: &str| {
        matches!(word, "no" | "non" | "not" | "without" | "none" | "false" | "cpu" | "disabled" | "tpu" | "npu")
    };
    // An accelerator is a GPU where its value does not name another one.
    let is_named = matches!(value, "" | "true" | "yes" | "1") || words.clone().any(is_vendor);
    let is_gpu = words.clone().any(is_gpu) || words.clone().any(|word| word == "accelerator") && is_named;
    key != "kubernetes.io/hostname" && is_gpu && !words.any(is_not) && value != "0"
}

/// What Ollama's own image has on board for GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// CUDA, and no Vulkan unless it is switched on.
    Cuda,
    /// CUDA, and Vulkan for what is not from NVIDIA.
    CudaAndVulkan,
    /// `ROCm` alone.
    Rocm,
}

impl Image<'_> {
    /// The backends of Ollama's own image; nothing where its tag does not say them, or it is another image.
    pub fn backend(self) -> Option<Backend> {
        if !self.is_official() || self.tag.is_none() && self.digest.is_some() {
            return None;
        }
        let tag = self.tag.unwrap_or("latest");
        if tag.split('-').any(|part| part == "rocm") {
            return Some(Backend::Rocm);
        }
        if tag == "latest" {
            return Some(Backend::CudaAndVulkan);
        }
        let release = self.release().filter(|release| tag.trim_start_matches('v') == release.to_string())?;
        let is_new = release >= Release::LLAMA_SERVER;
        Some(if is_new { Backend::CudaAndVulkan } else { Backend::Cuda })
    }
}

impl<'a> Scope<'a> {
    /// The objects among the manifests that the device claims of a pod are made from, with the way to what they ask for.
    pub fn device_claims(&self, workload: &Workload<'a>) -> Vec<(Item<'a>, &'static str)> {
        let claims = workload.pod.resource_claims.iter().flatten();
        let found = claims.filter_map(|claim| {
            let template = claim.resource_claim_template_name.as_deref();
            let template = template.map(|name| ("ResourceClaimTemplate", name, "spec.spec"));
            let claim = || Some(("ResourceClaim", claim.resource_claim_name.as_deref()?, "spec"));
            let (kind, name, way) = template.or_else(claim)?;
            Some((self.named(workload.item, kind, name)?, way))
        });
        found.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_speaks_of_gpus_or_of_their_absence() {
        for (key, value) in [
            ("nvidia.com/gpu.present", "true"),
            ("cloud.google.com/gke-accelerator", "nvidia-l4"),
            ("node-type", "gpu"),
            ("node-role.kubernetes.io/gpu", ""),
            ("agentpool", "gpu-pool"),
            ("accelerator", ""),
            ("example.com/accelerator", "amd-mi300x"),
            ("accelerator", "tesla-t4"),
        ] {
            assert!(says_gpu(key, value), "{key}={value}");
        }
        for (key, value) in [
            ("nvidia.com/gpu.present", "false"),
            ("node-type", "non-gpu"),
            ("gpu", "none"),
            ("pool", "cpu"),
            ("kubernetes.io/hostname", "gpu-1"),
            ("team", "egpus"),
            ("accelerator", "hailo-10h"),
            ("accelerator", "coral"),
        ] {
            assert!(!says_gpu(key, value), "{key}={value}");
        }
    }

    #[test]
    fn the_tag_of_the_image_says_its_backends() {
        for (text, backend) in [
            ("ollama/ollama", Some(Backend::CudaAndVulkan)),
            ("ollama/ollama:0.34.2", Some(Backend::CudaAndVulkan)),
            ("ollama/ollama:0.13.5", Some(Backend::Cuda)),
            ("docker.io/ollama/ollama:0.13.5-rocm", Some(Backend::Rocm)),
            ("ollama/ollama:rocm", Some(Backend::Rocm)),
            ("ollama/ollama@sha256:00", None),
            ("ollama/ollama:0.13.5-custom", None),
            ("alpine/ollama:0.13.5", None),
        ] {
            assert_eq!(Image::of(text).backend(), backend, "{text}");
        }
    }
}
