//! What else is there to know about a change?

use k8s_openapi::serde_json::Value;

use super::fields::Field;
use super::set::{Set, Thing};
use crate::k8s::PodSpec;
use crate::scope::Workload;

/// Of an object that only the old side has.
pub(super) fn of_removed(thing: &Thing) -> Vec<String> {
    let key = &thing.key;
    let flag = namespace_flag(thing);
    let kind = key.kind.to_lowercase();
    let mut notes = vec![format!(
        "kubectl apply leaves it there: kubectl{flag} delete {kind} {}; Flux and Argo CD prune it",
        key.name
    )];
    match thing.known_as.as_str() {
        "PersistentVolumeClaim" => {
            notes.push("what is on the volume goes with the claim, unless it is retained".to_owned());
        }
        "Namespace" => notes.push("all that is in it goes with it".to_owned()),
        _ => {}
    }
    notes
}

/// Of an object that takes the place of one of another name.
pub(super) fn of_replaced(old: &Thing, new: &Thing) -> Vec<String> {
    let flag = namespace_flag(old);
    let kind = old.key.kind.to_lowercase();
    let left = format!("the old one stays until it is deleted: kubectl{flag} delete {kind} {}", old.key.name);
    if new.known_as == "Job" { vec!["it runs, beside all others".to_owned(), left] } else { vec![left] }
}

/// Of the number of pods.
pub(super) fn of_replicas(fields: &[Field]) -> Option<String> {
    let field = fields.iter().find(|field| field.way.general() == "spec.replicas")?;
    let number = |value: &Option<Value>| value.as_ref().and_then(Value::as_i64);
    let more = number(&field.new)? - number(&field.old)?;
    let (count, word) = if more > 0 { (more, "more") } else { (-more, "fewer") };
    Some(format!("{count} {} {word}", if count == 1 { "pod" } else { "pods" }))
}

/// Of fields that older API servers than those of the facts refuse. Source: kubernetes issue 130263 (refused by 1.31),
/// kubernetes v1.37.1 apps/validation `ValidateStatefulSetUpdate` (not refused).
pub(super) fn of_older(new: &Thing, fields: &[Field]) -> Option<String> {
    let is_limit = |field: &Field| field.way.general() == "spec.revisionHistoryLimit";
    let is_refused = new.known_as == "StatefulSet" && fields.iter().any(is_limit);
    is_refused.then(|| "Kubernetes 1.31 refuses another revisionHistoryLimit, 1.37 takes it".to_owned())
}

/// Of pods that go on with what they have read of a `ConfigMap` or a Secret.
/// Source: kubernetes website concepts/configuration/configmap, "Mounted `ConfigMaps` are updated automatically".
pub(super) fn of_readers(new: &Set<'_>, thing: &Thing, restarts: impl Fn(&Workload<'_>) -> bool) -> Vec<String> {
    let item = new.item(thing);
    let mut notes = Vec::new();
    for workload in new.scope.all_workloads() {
        let Some(reads) = reads(workload.pod, &thing.key.kind, &thing.key.name) else { continue };
        let kind = workload.item.object.kind();
        if !workload.item.may_meet(item) || restarts(workload) || matches!(kind, "Job" | "CronJob") {
            continue;
        }
        let name = workload.item.name();
        let restart = format!("kubectl{} rollout restart {}/{name}", namespace_flag(thing), kind.to_lowercase());
        notes.push(match reads {
            Reads::Variables => format!("{kind}/{name} reads it as variables, which stay as they are until its pods restart: {restart}"),
            Reads::Files => format!("{kind}/{name} mounts it: the files change after a while, without a restart of its pods; what has read them may want one: {restart}"),
            Reads::Part => format!("{kind}/{name} mounts a part of it (subPath), which stays as it is until its pods restart: {restart}"),
        });
    }
    notes
}

enum Reads {
    Variables,
    Files,
    Part,
}

/// How a pod reads a `ConfigMap` or a Secret, if it does.
fn reads(pod: &PodSpec, kind: &str, name: &str) -> Option<Reads> {
    let is_map = kind == "ConfigMap";
    let containers = || pod.containers.iter().chain(pod.init_containers.iter().flatten());
    let as_variables = containers().any(|container| {
        let all = container.env_from.iter().flatten().any(|source| {
            let map = source.config_map_ref.as_ref().map(|map| &map.name);
            let secret = source.secret_ref.as_ref().map(|secret| &secret.name);
            (if is_map { map } else { secret }).is_some_and(|found| found == name)
        });
        let one = container.env.iter().flatten().filter_map(|variable| variable.value_from.as_ref()).any(|source| {
            let map = source.config_map_key_ref.as_ref().map(|key| &key.name);
            let secret = source.secret_key_ref.as_ref().map(|key| &key.name);
            (if is_map { map } else { secret }).is_some_and(|found| found == name)
        });
        all || one
    });
    if as_variables {
        return Some(Reads::Variables);
    }
    let volume = pod.volumes.iter().flatten().find(|volume| {
        let map = volume.config_map.as_ref().map(|map| map.name.as_str());
        let secret = volume.secret.as_ref().and_then(|secret| secret.secret_name.as_deref());
        let parts = volume.projected.iter().flat_map(|projected| projected.sources.iter().flatten());
        let mut parts = parts.filter_map(|part| {
            let map = part.config_map.as_ref().map(|map| map.name.as_str());
            let secret = part.secret.as_ref().map(|secret| secret.name.as_str());
            if is_map { map } else { secret }
        });
        (if is_map { map } else { secret }) == Some(name) || parts.any(|part| part == name)
    })?;
    let mut mounts = containers().flat_map(|container| container.volume_mounts.iter().flatten());
    let is_part = mounts.any(|mount| mount.name == volume.name && mount.sub_path.is_some());
    Some(if is_part { Reads::Part } else { Reads::Files })
}

fn namespace_flag(thing: &Thing) -> String {
    thing.key.namespace.as_ref().map(|namespace| format!(" -n {namespace}")).unwrap_or_default()
}
