//! On which nodes does a release run? On simulated ones of its own, so that no other is disturbed.

use k8s_openapi::serde_json::{Value, json};

use crate::kubectl::{feed, stdout};

/// The label of the nodes of a pool, with its name.
pub const LABEL: &str = "ollama-k8s.test/pool";

/// The label of the nodes that have GPUs, whoever made them.
pub const GPU: &str = "ollama-k8s.test/gpu";

/// A size of a node; those with GPUs are labelled as NVIDIA's feature discovery, a cloud or AMD's labeller does.
#[derive(Clone, Copy, PartialEq)]
enum Size {
    /// One NVIDIA L4, also as on GKE.
    L4,
    /// One NVIDIA A100 of 80 GB, as on AKS.
    A100,
    /// One AMD MI300X.
    Mi300x,
    /// Eight NVIDIA H100.
    H100,
    /// 32 cores.
    Cpu,
}

/// What every profile finds: GPUs in three zones, and two large nodes without.
const USUAL: [(Size, char); 10] = [
    (Size::L4, 'a'),
    (Size::L4, 'b'),
    (Size::L4, 'c'),
    (Size::A100, 'a'),
    (Size::A100, 'b'),
    (Size::A100, 'c'),
    (Size::Mi300x, 'a'),
    (Size::Mi300x, 'b'),
    (Size::Cpu, 'a'),
    (Size::Cpu, 'b'),
];

/// Makes the nodes of a pool.
pub fn make(pool: &str) {
    create(pool, &USUAL);
}

/// Makes a pool that has cards of two sizes.
pub fn make_with_large_cards(pool: &str) {
    create(pool, &[&USUAL[..], &[(Size::H100, 'a')]].concat());
}

fn create(pool: &str, nodes: &[(Size, char)]) {
    let class = json!({"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "nvidia"}, "handler": "nvidia"});
    stdout(&feed(&["apply", "--server-side", "-f", "-"], &class.to_string()));
    let nodes: Vec<Value> = nodes.iter().map(|(size, zone)| node(pool, *size, *zone)).collect();
    let list = json!({"apiVersion": "v1", "kind": "List", "items": nodes});
    stdout(&feed(&["create", "--validate=false", "-f", "-"], &list.to_string()));
}

fn node(pool: &str, size: Size, zone: char) -> Value {
    let (kind, cpu, memory, disk) = match size {
        Size::L4 => ("gpu", "7910m", "61Gi", "180Gi"),
        Size::A100 => ("a100", "23820m", "206Gi", "180Gi"),
        Size::Mi300x => ("mi300x", "31850m", "249Gi", "370Gi"),
        Size::H100 => ("gpu8", "95600m", "1008Gi", "940Gi"),
        Size::Cpu => ("cpu", "31850m", "249Gi", "370Gi"),
    };
    let card = match size {
        Size::L4 => Some(("NVIDIA-L4", "23034", "1", "ada-lovelace")),
        Size::H100 => Some(("NVIDIA-H100-80GB-HBM3", "81559", "8", "hopper")),
        Size::A100 | Size::Mi300x | Size::Cpu => None,
    };
    let name = format!("{pool}-{kind}-{zone}");
    let mut labels = json!({
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": name,
        "kubernetes.io/os": "linux",
        "topology.kubernetes.io/region": "region-1",
        "topology.kubernetes.io/zone": format!("region-1{zone}"),
    });
    labels[LABEL] = pool.into();
    if size != Size::Cpu {
        labels[GPU] = "true".into();
    }
    let mut amounts = json!({"cpu": cpu, "memory": memory, "ephemeral-storage": disk, "pods": "110"});
    let taint = if let Some((product, mebibytes, count, family)) = card {
        labels["nvidia.com/gpu.present"] = "true".into();
        labels["nvidia.com/gpu.product"] = product.into();
        labels["nvidia.com/gpu.memory"] = mebibytes.into();
        labels["nvidia.com/gpu.count"] = count.into();
        labels["nvidia.com/gpu.family"] = family.into();
        amounts["nvidia.com/gpu"] = count.into();
        if size == Size::L4 {
            labels["cloud.google.com/gke-accelerator"] = "nvidia-l4".into();
        }
        json!({"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"})
    } else if size == Size::A100 {
        labels["kubernetes.azure.com/accelerator"] = "nvidia".into();
        labels["node.kubernetes.io/instance-type"] = "Standard_NC24ads_A100_v4".into();
        amounts["nvidia.com/gpu"] = "1".into();
        json!({"key": "sku", "value": "gpu", "effect": "NoSchedule"})
    } else if size == Size::Mi300x {
        labels["amd.com/gpu.product-name"] = "AMD_Instinct_MI300X_OAM".into();
        amounts["amd.com/gpu"] = "1".into();
        json!({"key": "amd.com/gpu", "effect": "NoSchedule"})
    } else {
        // The Jobs of other releases may run anywhere; a drain of this node is none of their business.
        json!({"key": LABEL, "value": pool, "effect": "PreferNoSchedule"})
    };
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": labels},
        "spec": {"taints": [taint]},
        "status": {"capacity": amounts, "allocatable": amounts},
    })
}
