//! The namespace, and the rules for every pod in it.

use super::cluster_meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::Plan;

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let release = &plan.release;
    if !release.creates_namespace {
        return None;
    }
    let mut metadata = cluster_meta(plan, release.namespace.clone(), None);
    let labels = metadata.labels.get_or_insert_default();
    for mode in ["enforce", "audit", "warn"] {
        labels.insert(format!("pod-security.kubernetes.io/{mode}"), release.pod_security.to_owned());
        labels.insert(format!("pod-security.kubernetes.io/{mode}-version"), release.pod_security_version.clone());
    }
    let reason =
        format!("A pod that does not meet Pod Security \"{}\" is refused here; all of these do.", release.pod_security);
    Some(Commented::new(Namespace { metadata, ..Default::default() }, reason))
}
