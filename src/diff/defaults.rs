//! What is a field that nobody wrote?

use std::borrow::Cow;

use k8s_openapi::serde_json::{self, Map, Value};

use super::way::{Way, is_within};
use crate::facts::API_DEFAULTS;
use crate::scope::Image;

/// Maps that are nothing when they are empty: those of a type that cannot tell one from the other.
const MAPS: [&str; 12] = [
    "annotations",
    "binaryData",
    "data",
    "hard",
    "labels",
    "limits",
    "matchLabels",
    "nodeSelector",
    "parameters",
    "requests",
    "resources",
    "stringData",
];

/// Where a kind has its pods, or the pod itself.
pub(super) fn pod_at(kind: &str) -> Option<&'static str> {
    match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "Job" => Some("spec.template.spec"),
        "CronJob" => Some("spec.jobTemplate.spec.template.spec"),
        "Pod" => Some("spec"),
        _ => None,
    }
}

/// What the API server takes a field for that is not there, beside the fields that are.
pub(super) fn of(kind: &str, way: &Way, beside: &Map<String, Value>) -> Option<Value> {
    if kind.is_empty() {
        return None;
    }
    let general = way.general();
    let (last, _) = way.last_keys();
    let row = API_DEFAULTS.iter().find(|row| {
        names(kind, &general).iter().any(|(of, path)| row.of == *of && row.path == *path) && holds(row.when, beside)
    });
    match row {
        Some(row) => serde_json::from_str(row.value).ok(),
        None => computed(&general, beside).or_else(|| MAPS.contains(&last).then(|| Value::Object(Map::new()))),
    }
}

/// The names under which the facts may know a field: of its kind, of any pod, of any container.
fn names<'g>(kind: &'g str, general: &'g str) -> Vec<(&'g str, &'g str)> {
    let mut names = vec![(kind, general)];
    if let Some(path) = general.strip_prefix("spec.jobTemplate.").filter(|_| kind == "CronJob") {
        names.push(("Job", path));
    }
    let in_pod = pod_at(kind).filter(|pod| is_within(general, pod));
    if let Some(path) = in_pod.and_then(|pod| general.strip_prefix(pod)?.strip_prefix('.')) {
        names.push(("pod", path));
        let inside = ["containers[].", "initContainers[]."].iter().find_map(|list| path.strip_prefix(list));
        names.extend(inside.map(|path| ("container", path)));
    }
    names
}

fn holds(when: &str, beside: &Map<String, Value>) -> bool {
    let Some((key, wanted)) = when.split_once('=') else { return true };
    // Where even that is left out it is what it is by default, which the rows have for rolling updates only.
    beside.get(key).map_or(wanted == "RollingUpdate", |value| value.as_str() == Some(wanted))
}

/// Defaults that follow from the fields beside them. Source: kubernetes v1.37.1 `pkg/apis/core/v1/defaults.go`
/// `SetDefaults_Container`, `SetDefaults_Service`; `pkg/apis/networking/v1/defaults.go` `SetDefaults_NetworkPolicy`.
fn computed(general: &str, beside: &Map<String, Value>) -> Option<Value> {
    let text = |key: &str| beside.get(key).and_then(Value::as_str);
    if general.ends_with("ontainers[].imagePullPolicy") {
        let image = Image::of(text("image")?);
        let latest = image.tag == Some("latest") || image.tag.is_none() && image.digest.is_none();
        return Some(Value::from(if latest { "Always" } else { "IfNotPresent" }));
    }
    if general == "spec.ports[].targetPort" {
        return beside.get("port").cloned();
    }
    if general == "spec.policyTypes" && beside.contains_key("podSelector") {
        let egress = beside.get("egress").and_then(Value::as_array).is_some_and(|rules| !rules.is_empty());
        return Some(if egress { Value::from(vec!["Ingress", "Egress"]) } else { Value::from(vec!["Ingress"]) });
    }
    None
}

/// A value, or what stands for it where it is not there.
pub(super) fn or_default<'v>(
    value: Option<&'v Value>,
    kind: &str,
    way: &Way,
    beside: &Map<String, Value>,
) -> Option<Cow<'v, Value>> {
    match value.filter(|value| !value.is_null()) {
        Some(value) => Some(Cow::Borrowed(value)),
        None => of(kind, way, beside).map(Cow::Owned),
    }
}
