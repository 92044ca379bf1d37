//! The claim that holds the models, and what a claim asks for.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Claim, ClassChoice, Plan, Store};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let Store::Claim(claim) = &plan.store else { return None };
    if claim.existing.is_some() {
        return None;
    }
    let about = match claim.class {
        ClassChoice::ClusterDefault => "The models. No class is named: the cluster's default is filled in.",
        _ => "The models.",
    };
    let object = PersistentVolumeClaim {
        metadata: meta(plan, plan.release.claim(), None),
        spec: Some(spec(plan, claim)),
        ..Default::default()
    };
    Some(Commented::new(object, about).because("spec resources requests storage", claim.size.reason.clone()))
}

/// What a claim asks for.
pub(super) fn spec(plan: &Plan, claim: &Claim) -> PersistentVolumeClaimSpec {
    let class = match &claim.class {
        ClassChoice::ClusterDefault => None,
        ClassChoice::Named(name) => Some(name.clone()),
        ClassChoice::Own => Some(plan.release.storage_class()),
    };
    let mode = if claim.shared { "ReadWriteMany" } else { "ReadWriteOnce" };
    PersistentVolumeClaimSpec {
        access_modes: Some(vec![mode.into()]),
        storage_class_name: class,
        resources: Some(VolumeResourceRequirements {
            requests: Some(map([("storage", claim.size.value.into())])),
            ..Default::default()
        }),
        ..Default::default()
    }
}
