//! Do the parts of a workload still agree?

use k8s_openapi::serde_json::{self, Value};

use super::{Change, Refused};
use crate::k8s::LabelSelector;
use crate::scope::chooses;

/// Source: kubernetes v1.37.1 apps/validation `ValidatePodTemplateSpecForReplicaSet` and its likes.
pub(super) fn unselected(change: &Change<'_>) -> Option<Refused> {
    if !matches!(change.new.known_as, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") {
        return None;
    }
    let field = change.fields.iter().find(|field| field.is_within("spec.template.metadata.labels"))?;
    let (_, new_set) = change.sets;
    let labels = new_set.workload(change.new)?.labels;
    let selector = change.new.at("spec.selector")?.clone();
    let selector: LabelSelector = serde_json::from_value(selector).ok()?;
    (!chooses(&selector, labels)).then(|| Refused {
        fields: vec![field.way.shown()],
        why: "`selector` does not match template `labels`".to_owned(),
        instead: Vec::new(),
        cost: "give the template the labels of spec.selector; it may have more".to_owned(),
    })
}

/// Server-side apply leaves beside `Recreate` what the API server has filled in for a rolling update.
/// Source: kubernetes v1.37.1 apps/validation `ValidateDeploymentStrategy`; kubernetes issue 24198.
pub(super) fn strategy(change: &Change<'_>) -> Option<Refused> {
    let field = change.fields.iter().find(|field| field.way.general() == "spec.strategy.type")?;
    let is_new = field.new.as_ref().and_then(Value::as_str) == Some("Recreate");
    let written = |key: &str| change.old.at(&format!("spec.strategy.rollingUpdate.{key}")).is_some();
    // What was written by whoever applies goes with what he writes.
    if change.new.known_as != "Deployment" || !is_new || written("maxSurge") && written("maxUnavailable") {
        return None;
    }
    let patch = "kubectl{n} patch {kind} {name} -p '{\"spec\": {\"strategy\": {\"type\": \"Recreate\", \"rollingUpdate\": null}}}'";
    Some(Refused {
        fields: vec![field.way.shown()],
        why: "spec.strategy.rollingUpdate: may not be specified when strategy `type` is 'Recreate': server-side apply leaves the default there"
            .to_owned(),
        instead: change.commands(&[patch, "{apply}"]),
        cost: "nothing restarts by it; without --server-side kubectl does it by itself".to_owned(),
    })
}
