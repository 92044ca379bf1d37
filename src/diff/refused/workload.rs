//! Do the parts of a workload still agree?

use k8s_openapi::serde_json::{self, Value};

use super::{Change, Refused};
use crate::k8s::LabelSelector;
use crate::scope::chooses;

/// Source: kubernetes v1.37.1 apps/validation `ValidatePodTemplateSpecForReplicaSet` and its likes.
pub(super) fn unselected(change: &Change<'_>) -> Option<Refused> {
    if !matches!(change.new.known_as.as_str(), "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet") {
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

/// Strategies beside which server-side apply leaves what the API server has filled in for a rolling update: kind, field,
/// value, and the API server's words. What was written goes with what is applied.
/// Source: kubernetes v1.37.1 apps/validation `ValidateDeploymentStrategy`, `ValidateStatefulSetSpec`, and
/// apps/v1/defaults.go; measured on 1.37.1; kubernetes issue 24198.
const STRATEGIES: [(&str, &str, &str, &str); 2] = [
    ("Deployment", "spec.strategy", "Recreate", "may not be specified when strategy `type` is 'Recreate'"),
    ("StatefulSet", "spec.updateStrategy", "OnDelete", "only allowed for updateStrategy 'RollingUpdate'"),
];

pub(super) fn strategy(change: &Change<'_>) -> Option<Refused> {
    let (kind, at, value, words) = STRATEGIES.into_iter().find(|(kind, ..)| *kind == change.new.known_as)?;
    let field = change.fields.iter().find(|field| field.way.general() == format!("{at}.type"))?;
    let is_new = field.new.as_ref().and_then(Value::as_str) == Some(value);
    let was_written = change.old.at(&format!("{at}.rollingUpdate")).is_some()
        // Only where its type is left out, too, a StatefulSet gets the rest.
        || kind == "StatefulSet" && change.old.at(&format!("{at}.type")).is_some();
    if !is_new || was_written {
        return None;
    }
    let (_, name) = at.split_once('.')?;
    let patch = format!(
        "kubectl{{n}} patch {{kind}} {{name}} -p '{{\"spec\": {{\"{name}\": {{\"type\": \"{value}\", \"rollingUpdate\": null}}}}}}'"
    );
    Some(Refused {
        fields: vec![field.way.shown()],
        why: format!("{at}.rollingUpdate: {words}: server-side apply leaves the default there"),
        instead: change.commands(&[&patch, "{apply}"]),
        cost: "nothing restarts by it; without --server-side kubectl does it by itself".to_owned(),
    })
}
