//! Where may pods run, what do they need there, and is a manifest whole?

use super::{Claimed, Scope, Workload};
use crate::bundle::Object;
use crate::k8s::*;

/// The label that names a node.
const HOSTNAME: &str = "kubernetes.io/hostname";

impl<'a> Workload<'a> {
    /// Whether it is only a piece, for a tool that lays it over another: no selector, or a container without an image.
    pub fn is_piece(&self) -> bool {
        let selects_nothing = self.selector().is_some_and(|selector| *selector == LabelSelector::default());
        let has_image = |container: &Container| container.image.as_deref().is_some_and(|image| !image.is_empty());
        let is_bare = selects_nothing && self.labels.is_none_or(std::collections::BTreeMap::is_empty);
        is_bare || self.pod.containers.is_empty() || !self.seats.iter().all(|seat| has_image(seat.container))
    }

    /// How it finds its own pods; none for what needs no selector.
    pub fn selector(&self) -> Option<&'a LabelSelector> {
        match self.item.object {
            Object::Deployment(object) => object.spec.as_ref().map(|spec| &spec.selector),
            Object::StatefulSet(object) => object.spec.as_ref().map(|spec| &spec.selector),
            Object::DaemonSet(object) => object.spec.as_ref().map(|spec| &spec.selector),
            Object::ReplicaSet(object) => object.spec.as_ref().map(|spec| &spec.selector),
            _ => None,
        }
    }

    /// Whether it runs a pod on each node.
    pub fn is_on_each_node(&self) -> bool {
        matches!(self.item.object, Object::DaemonSet(_))
    }

    /// The one node that all its pods must run on, and the field that says so.
    pub fn only_node(&self) -> Option<(&'a str, String)> {
        if let Some(node) = self.pod.node_name.as_deref().filter(|node| !node.is_empty()) {
            return Some((node, format!("{}.nodeName", self.at)));
        }
        if let Some(node) = self.pod.node_selector.as_ref().and_then(|selector| selector.get(HOSTNAME)) {
            return Some((node, format!("{}.nodeSelector.{HOSTNAME}", self.at)));
        }
        let [term] = self.required_nodes()?.node_selector_terms.as_slice() else { return None };
        let expressions = term.match_expressions.as_deref().unwrap_or_default();
        let (number, node) = expressions.iter().enumerate().find_map(|(number, expression)| {
            let values = expression.values.as_deref().unwrap_or_default();
            match (expression.key.as_str(), expression.operator.as_str(), values) {
                (HOSTNAME, "In", [only]) => Some((number, only.as_str())),
                _ => None,
            }
        })?;
        let affinity = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]";
        Some((node, format!("{}.{affinity}.matchExpressions[{number}].values[0]", self.at)))
    }

    /// The nodes that its affinity demands.
    pub fn required_nodes(&self) -> Option<&'a NodeSelector> {
        let affinity = self.pod.affinity.as_ref()?.node_affinity.as_ref()?;
        affinity.required_during_scheduling_ignored_during_execution.as_ref()
    }

    /// The whole GPUs that a pod takes, as its vendor calls them; no parts of one, of which nodes have many.
    pub fn whole_gpus(&self) -> Option<(&'a str, u64)> {
        let asked = self.seats.iter().flat_map(super::Seat::gpus);
        asked.filter(|(name, _)| matches!(*name, "nvidia.com/gpu" | "amd.com/gpu")).max_by_key(|(_, count)| *count)
    }
}

/// Whether only one node, or one pod, may mount a claim.
pub fn is_of_one_node(claim: &PersistentVolumeClaim) -> bool {
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_deref()).unwrap_or_default();
    !modes.is_empty() && modes.iter().all(|mode| mode == "ReadWriteOnce" || mode == "ReadWriteOncePod")
}

/// Whether only one pod may mount a claim.
pub fn is_of_one_pod(claim: &PersistentVolumeClaim) -> bool {
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_deref()).unwrap_or_default();
    modes == ["ReadWriteOncePod"]
}

impl<'a> Scope<'a> {
    /// Whether pods on several nodes may want a volume that is attached to one: not where all run on one node, because
    /// the workload or the volume is tied to it, nor where the volume is a share of a file server, which every node
    /// can mount whatever the claim says.
    pub fn is_torn_between_nodes(&self, workload: &Workload<'a>, claimed: &Claimed<'a>) -> bool {
        if !is_of_one_node(claimed.claim) {
            return false;
        }
        is_of_one_pod(claimed.claim) || (workload.only_node().is_none() && self.is_attached(claimed))
    }

    fn is_attached(&self, claimed: &Claimed<'a>) -> bool {
        let Some(spec) = &claimed.claim.spec else { return false };
        let class = spec.storage_class_name.as_deref();
        let named = spec.volume_name.as_ref().and_then(|name| self.find::<PersistentVolume>(claimed.item, name));
        if let Some((_, volume)) = named {
            return !is_place_or_share(volume);
        }
        let made_by_hand = |volume: &PersistentVolume| {
            class.is_some() && volume.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref()) == class
        };
        if self.all::<PersistentVolume>().any(|(_, volume)| made_by_hand(volume) && is_place_or_share(volume)) {
            return false;
        }
        let provisioner = class.and_then(|class| self.find::<StorageClass>(claimed.item, class));
        let words = provisioner.map_or(class.unwrap_or_default(), |(_, class)| &class.provisioner);
        !["local", "hostpath", "host-path", "nfs", "efs", "file", "cephfs", "smb", "gluster", "topolvm", "lvm", "zfs"]
            .iter()
            .any(|word| words.contains(word))
    }
}

/// Whether a volume is a directory of a node, or a share of a file server: nothing that is attached.
fn is_place_or_share(volume: &PersistentVolume) -> bool {
    volume.spec.as_ref().is_some_and(|spec| {
        let driver = spec.csi.as_ref().map_or("", |csi| csi.driver.as_str());
        spec.host_path.is_some()
            || spec.local.is_some()
            || spec.nfs.is_some()
            || spec.cephfs.is_some()
            || spec.azure_file.is_some()
            || spec.glusterfs.is_some()
            || ["nfs", "efs", "file", "smb", "cephfs"].iter().any(|word| driver.contains(word))
    })
}
