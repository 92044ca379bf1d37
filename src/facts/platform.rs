//! What is known of kinds of clusters: how their nodes show their GPUs, who runs pods there, and what storage they bring.

use serde::Serialize;

use super::{GPUS, Gpu, PLATFORMS};

/// A kind of cluster.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of its own")]
pub struct Platform {
    /// The name in the profile.
    pub name: &'static str,
    /// The label that names a node's card.
    pub card_label: &'static str,
    /// What stands in it: `product`, `gke`, `ec2` or `machine:CLOUD`.
    pub card_by: &'static str,
    /// The label, `key=value`, that NVIDIA nodes carry; empty where there is none to count on.
    pub gpu_nodes: &'static str,
    /// The label with the MiB of one of its GPUs; empty: nodes are chosen by the cards that have enough.
    pub memory_label: &'static str,
    /// Whether memory and card are shown without an add-on.
    pub discovers: bool,
    /// Taints of GPU nodes, `key=value:effect`, besides that of the resource.
    pub taints: &'static [&'static str],
    /// Whether the platform adds the toleration of its own taint.
    pub tolerates: bool,
    /// Whether there is no GPU without the name of its card.
    pub card_required: bool,
    /// The runtime class without which a pod starts without its GPU; empty: none is needed.
    pub runtime_class: &'static str,
    /// Whether users and groups of the pods are the namespace's own.
    pub gives_user: bool,
    /// Annotations, `key=value`, of pods that ask for no user, so that they get those rules and no others.
    pub pod_annotations: &'static [&'static str],
    /// The class of claims that name none; empty: none, or not known.
    pub default_class: &'static str,
    /// Its provisioner.
    pub default_provisioner: &'static str,
    /// Whether a new cluster has no default class.
    pub no_default: bool,
    /// The provisioner of the platform's own storage for one node; empty: none that every such cluster has.
    pub disk: &'static str,
    /// The provisioner for several nodes; empty: none that every such cluster has.
    pub files: &'static str,
    /// Bytes of the node's disk that a pod without a GPU may have at most; 0: what the node has.
    pub scratch: u64,
    /// Whether volumes of the type hostPath are refused.
    pub no_host_path: bool,
    /// Annotations, `key=value`, with which a load balancer is not reached from the internet; empty: not known.
    pub internal_load_balancer: &'static [&'static str],
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// What names a card in a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardBy {
    /// As GPU feature discovery spells it.
    Product,
    /// As GKE calls it.
    Gke,
    /// As EC2 calls it.
    Ec2,
    /// Machine types of a cloud that carry it.
    Machine(&'static str),
}

impl Platform {
    /// What stands in the label that names a card.
    pub fn card_by(&self) -> CardBy {
        match self.card_by.split_once(':') {
            Some((_, cloud)) => CardBy::Machine(cloud),
            None if self.card_by == "gke" => CardBy::Gke,
            None if self.card_by == "ec2" => CardBy::Ec2,
            None => CardBy::Product,
        }
    }

    /// Values of that label on nodes with so many of these cards; none: the platform does not have the card.
    pub fn card_values(&self, card: &Gpu, count: u32) -> Vec<&'static str> {
        let one = |name: &'static str| Some(name).filter(|name| !name.is_empty()).into_iter().collect();
        match self.card_by() {
            CardBy::Product => card.products.to_vec(),
            CardBy::Gke => one(card.gke),
            CardBy::Ec2 => one(card.ec2),
            CardBy::Machine(cloud) => card.machines_of(cloud, count).collect(),
        }
    }

    /// The cards of the catalogue that this platform has, as far as its label names them.
    pub fn cards(&self) -> impl Iterator<Item = &'static Gpu> {
        GPUS.iter().filter(|card| !self.card_values(card, 1).is_empty())
    }
}

/// The row of a platform.
pub fn platform(name: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{gpu, provisioner};

    fn values(on: &str, card: &str, count: u32) -> Vec<&'static str> {
        platform(on).expect("a platform").card_values(gpu(card).expect("a card"), count)
    }

    #[test]
    fn a_card_is_called_what_the_platform_calls_it() {
        assert_eq!(values("generic", "l4", 1), ["NVIDIA-L4"]);
        assert_eq!(values("gke", "a100-40gb", 1), ["nvidia-tesla-a100"]);
        assert_eq!(values("eks-auto", "l40s", 1), ["l40s"]);
        assert_eq!(values("aks", "a100-80gb", 2)[0], "Standard_NC48ads_A100_v4");
        assert!(values("gke", "rtx4090", 1).is_empty());
    }

    #[test]
    fn what_a_platform_has_of_storage_is_in_the_table_of_provisioners() {
        for row in PLATFORMS {
            for name in [row.disk, row.files, row.default_provisioner].into_iter().filter(|name| !name.is_empty()) {
                assert!(provisioner(name).is_some(), "{}: {name}", row.name);
            }
            assert!(row.files.is_empty() || provisioner(row.files).is_some_and(|files| files.shared), "{}", row.name);
            assert!(!row.no_default || row.default_class.is_empty(), "{}", row.name);
        }
    }

    #[test]
    fn labels_taints_and_annotations_have_their_parts() {
        for row in PLATFORMS {
            assert!(row.gpu_nodes.is_empty() || row.gpu_nodes.contains('='), "{}", row.name);
            assert!(row.taints.iter().all(|taint| taint.contains('=') && taint.contains(':')), "{}", row.name);
            assert!(
                row.internal_load_balancer.iter().chain(row.pod_annotations).all(|pair| pair.contains('=')),
                "{}",
                row.name
            );
        }
    }
}
