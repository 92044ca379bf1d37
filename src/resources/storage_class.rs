//! The class of storage that the bundle brings.

use super::cluster_meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::Plan;

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let class = plan.class.as_ref()?;
    let mut metadata = cluster_meta(plan, plan.release.storage_class(), None);
    if class.is_default {
        let annotations = metadata.annotations.get_or_insert_default();
        annotations.insert("storageclass.kubernetes.io/is-default-class".into(), "true".into());
    }
    let object = StorageClass {
        metadata,
        provisioner: class.provisioner.clone(),
        parameters: Some(class.parameters.clone()).filter(|parameters| !parameters.is_empty()),
        mount_options: Some(class.mount_options.clone()).filter(|options| !options.is_empty()),
        reclaim_policy: Some(if class.retain { "Retain" } else { "Delete" }.into()),
        volume_binding_mode: Some(binding_mode(plan).into()),
        allow_volume_expansion: Some(true),
        ..Default::default()
    };
    let mut commented = Commented::new(
        object,
        "Cluster-wide, so its name has the namespace in it. Parameters cannot be changed later.",
    )
    .because("allowVolumeExpansion", "a further model makes the claim larger");
    if class.retain {
        commented = commented
            .because("reclaimPolicy", "the volume and its models outlive the claim; a new claim gets a new volume");
    }
    if class.sets_owner {
        commented = commented.because("parameters", "the files belong to the pods' user: fsGroup has no effect here");
    } else if class.parameters.contains_key("mountPermissions") {
        commented = commented.because("parameters", "0777: the puller does not depend on who owns the export");
    }
    Some(commented)
}

/// A volume for many nodes is tied to none of them; one for a single node follows the pod.
fn binding_mode(plan: &Plan) -> &'static str {
    if plan.store.claim().is_some_and(|claim| claim.shared) { "Immediate" } else { "WaitForFirstConsumer" }
}
