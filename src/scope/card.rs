//! Which GPUs does a pod get, by the nodes that it chooses?

use super::{Seat, Workload};
use crate::facts::{GPUS, Gpu};

/// The GPUs of a container.
#[derive(Clone, Debug)]
pub struct Cards {
    /// Which; of several that a label may mean the one with most memory.
    pub gpu: &'static Gpu,
    /// How many.
    pub count: u64,
    /// The way to the label in the object.
    pub path: String,
}

/// Rows whose memory is not that of every card of the name: others share it, or the memory is that of the machine.
const UNCLEAR: [&str; 4] = ["gb10", "gh200", "rtx3080", "strix-halo"];

impl Workload<'_> {
    /// The GPUs of a container; nothing where their kind or their number is not said.
    pub fn cards(&self, seat: &Seat<'_>) -> Option<Cards> {
        let whole = |(name, _): &(&str, u64)| matches!(*name, "nvidia.com/gpu" | "amd.com/gpu");
        let (resource, count) = seat.gpus().find(whole)?;
        let (gpu, path) = self.card()?;
        let is_its = resource.starts_with(gpu.vendor) && !UNCLEAR.contains(&gpu.name);
        is_its.then(|| Cards { gpu, count, path: format!("{}.{path}", self.at) })
    }

    /// The GPU of the nodes that the pod chooses, with the way to the label.
    fn card(&self) -> Option<(&'static Gpu, String)> {
        let mut selector = self.pod.node_selector.iter().flatten();
        if let Some(found) = selector.find_map(|(key, value)| Some((card(key, value)?, format!("nodeSelector.{key}"))))
        {
            return Some(found);
        }
        let [term] = self.required_nodes()?.node_selector_terms.as_slice() else { return None };
        let expressions = term.match_expressions.iter().flatten().enumerate();
        let mut found = expressions.filter(|(_, one)| one.operator == "In").filter_map(|(at, one)| {
            let all: Option<Vec<_>> = one.values.iter().flatten().map(|value| card(&one.key, value)).collect();
            let largest = all?.into_iter().max_by_key(|gpu| gpu.memory)?;
            let affinity = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]";
            Some((largest, format!("{affinity}.matchExpressions[{at}].values[0]")))
        });
        found.next()
    }
}

/// The GPU that a label of a node means.
fn card(key: &str, value: &str) -> Option<&'static Gpu> {
    match key {
        "nvidia.com/gpu.product" | "amd.com/gpu.product-name" => {
            let product = value.strip_suffix("-SHARED").unwrap_or(value);
            GPUS.iter().find(|row| row.products.contains(&product))
        }
        "cloud.google.com/gke-accelerator" => {
            let name = value.strip_prefix("nvidia-")?;
            largest(name.strip_prefix("tesla-").unwrap_or(name))
        }
        "karpenter.k8s.aws/instance-gpu-name" => largest(value),
        "node.kubernetes.io/instance-type" | "beta.kubernetes.io/instance-type" => {
            let is_it = |machine: &&str| machine.split(' ').nth(1) == Some(value);
            GPUS.iter().find(|row| row.machines.iter().any(&is_it))
        }
        _ => None,
    }
}

/// The largest GPU of a name: `a100` has 40 or 80 GB.
fn largest(name: &str) -> Option<&'static Gpu> {
    let is_it = |row: &&Gpu| row.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    GPUS.iter().filter(is_it).max_by_key(|row| row.memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_a_node_says_its_card() {
        for (key, value, name) in [
            ("nvidia.com/gpu.product", "NVIDIA-L4", Some("l4")),
            ("nvidia.com/gpu.product", "Tesla-T4-SHARED", Some("t4")),
            ("nvidia.com/gpu.product", "NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", None),
            ("cloud.google.com/gke-accelerator", "nvidia-l4", Some("l4")),
            ("cloud.google.com/gke-accelerator", "nvidia-tesla-t4", Some("t4")),
            ("cloud.google.com/gke-accelerator", "nvidia-tesla-a100", Some("a100-80gb")),
            ("node.kubernetes.io/instance-type", "g5.xlarge", Some("a10g")),
            ("node.kubernetes.io/instance-type", "m5.xlarge", None),
            ("gpu", "l4", None),
        ] {
            assert_eq!(card(key, value).map(|row| row.name), name, "{key}={value}");
        }
    }
}
