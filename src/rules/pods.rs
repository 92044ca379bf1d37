//! What does a pod ask for, and what does it mount?

use std::collections::BTreeMap;

use super::quantity::milli;
use crate::bundle::{Bundle, Object};
use crate::k8s::*;

/// The pod of a template; none where there is nothing in it.
pub(super) fn spec(template: &PodTemplateSpec) -> Option<&PodSpec> {
    template.spec.as_ref()
}

/// The containers of a pod with the way to each: init containers first.
pub(super) fn containers(spec: &PodSpec) -> impl Iterator<Item = (String, &Container)> {
    let init = spec.init_containers.iter().flatten().enumerate().map(|(at, c)| (format!("initContainers[{at}]"), c));
    init.chain(spec.containers.iter().enumerate().map(|(at, c)| (format!("containers[{at}]"), c)))
}

/// What a container asks for, by the keys of a quota; a limit alone is a request as well.
fn asked(container: &Container) -> BTreeMap<String, u128> {
    let mut asked = BTreeMap::new();
    let Some(resources) = &container.resources else { return asked };
    for (key, quantity) in resources.limits.iter().flatten() {
        let Some(amount) = milli(quantity) else { continue };
        if matches!(key.as_str(), "cpu" | "memory") {
            asked.insert(format!("limits.{key}"), amount);
        }
        asked.insert(format!("requests.{key}"), amount);
    }
    for (key, quantity) in resources.requests.iter().flatten() {
        if let Some(amount) = milli(quantity) {
            asked.insert(format!("requests.{key}"), amount);
        }
    }
    asked
}

/// What a pod asks for: the sum of its containers, or the largest init container where that is more.
pub(super) fn requests(spec: &PodSpec) -> BTreeMap<String, u128> {
    let mut total: BTreeMap<String, u128> = BTreeMap::new();
    for container in &spec.containers {
        for (key, amount) in asked(container) {
            *total.entry(key).or_default() += amount;
        }
    }
    for container in spec.init_containers.iter().flatten() {
        let sidecar = container.restart_policy.as_deref() == Some("Always");
        for (key, amount) in asked(container) {
            let sum = total.entry(key).or_default();
            *sum = if sidecar { *sum + amount } else { (*sum).max(amount) };
        }
    }
    total
}

/// The claims that a pod mounts.
pub(super) fn claims<'a>(bundle: &'a Bundle, spec: &'a PodSpec) -> impl Iterator<Item = &'a PersistentVolumeClaim> {
    let names = spec
        .volumes
        .iter()
        .flatten()
        .filter_map(|volume| Some(volume.persistent_volume_claim.as_ref()?.claim_name.as_str()));
    names.filter_map(|name| {
        bundle.iter().find_map(|object| match object {
            Object::PersistentVolumeClaim(claim) if claim.metadata.name.as_deref() == Some(name) => Some(&**claim),
            _ => None,
        })
    })
}

/// Whether several nodes may mount a claim.
pub(super) fn is_shared(claim: &PersistentVolumeClaim) -> bool {
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_ref());
    modes.into_iter().flatten().any(|mode| mode == "ReadWriteMany" || mode == "ReadOnlyMany")
}

/// Whether a selector chooses a pod with these labels.
pub(super) fn selects(selector: &BTreeMap<String, String>, labels: Option<&BTreeMap<String, String>>) -> bool {
    selector.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
}

/// How many pods more than `replicas` a rollout may start, and how many fewer may be ready.
pub(super) fn rollout(spec: &DeploymentSpec) -> (i32, i32) {
    let replicas = spec.replicas.unwrap_or(1);
    let update = spec.strategy.as_ref().and_then(|strategy| strategy.rolling_update.as_ref());
    let of = |amount: Option<&IntOrString>, round_up: bool| match amount {
        Some(IntOrString::Int(number)) => *number,
        Some(IntOrString::String(text)) => share(text, replicas, round_up),
        None => share("25%", replicas, round_up),
    };
    let surge = of(update.and_then(|update| update.max_surge.as_ref()), true);
    let unavailable = of(update.and_then(|update| update.max_unavailable.as_ref()), false);
    if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable) }
}

fn share(percent: &str, of: i32, round_up: bool) -> i32 {
    let percent: i32 = percent.trim_end_matches('%').parse().unwrap_or(0);
    if round_up { (percent * of + 99) / 100 } else { percent * of / 100 }
}

/// Whether a Deployment stops all old pods before it starts new ones.
pub(super) fn recreates(spec: &DeploymentSpec) -> bool {
    spec.strategy.as_ref().and_then(|strategy| strategy.type_.as_deref()) == Some("Recreate")
}
