//! The claim that holds the models.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{ClassChoice, Plan};

pub(super) fn build(plan: &Plan) -> Commented {
    let claim = &plan.claim;
    let class = match &claim.class {
        ClassChoice::ClusterDefault => None,
        ClassChoice::Named(name) => Some(name.clone()),
        ClassChoice::Own => Some(plan.release.storage_class()),
    };
    let mode = if claim.shared { "ReadWriteMany" } else { "ReadWriteOnce" };
    let about = match claim.class {
        ClassChoice::ClusterDefault => "The models. No class is named: the cluster's default is filled in.",
        _ => "The models.",
    };
    let object = PersistentVolumeClaim {
        metadata: meta(plan, plan.release.claim(), None),
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec![mode.into()]),
            storage_class_name: class,
            resources: Some(VolumeResourceRequirements {
                requests: Some(map([("storage", claim.size.value.into())])),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    Commented::new(object, about).because("spec resources requests storage", claim.size.reason.clone())
}
