//! What does a pod ask for, and what does it mount?

use std::collections::BTreeMap;

use super::container::Seat;
use super::quantity::milli;
use super::{Item, Scope, Workload};
use crate::k8s::*;

/// A claim that a pod mounts.
#[derive(Clone, Copy, Debug)]
pub struct Claimed<'a> {
    /// The pod's name for it.
    pub volume: &'a str,
    /// The object that asks for the volume: a claim, or the `StatefulSet` that makes one for each pod.
    pub item: Item<'a>,
    /// Which of the templates of that `StatefulSet`; none for a claim of its own.
    pub template: Option<usize>,
    /// What is asked for.
    pub claim: &'a PersistentVolumeClaim,
}

impl Claimed<'_> {
    /// The way to a field of the claim in its object: `spec.accessModes`.
    pub fn path(&self, field: &str) -> String {
        match self.template {
            Some(at) => format!("spec.volumeClaimTemplates[{at}].{field}"),
            None => field.to_owned(),
        }
    }

    /// Whether all pods of a workload mount one and the same volume.
    pub fn is_one_for_all(&self) -> bool {
        self.template.is_none()
    }
}

/// The seats of a pod: init containers first.
pub(super) fn seats<'a>(spec: &'a PodSpec, at: &str) -> Vec<Seat<'a>> {
    let init = spec.init_containers.iter().flatten().enumerate();
    let init = init.map(|(number, container)| Seat::of(container, format!("{at}.initContainers[{number}]"), true));
    let main = spec.containers.iter().enumerate();
    let main = main.map(|(number, container)| Seat::of(container, format!("{at}.containers[{number}]"), false));
    init.chain(main).collect()
}

/// What a container asks for, by the keys of a quota; a limit alone is a request as well.
fn asked(resources: Option<&ResourceRequirements>) -> BTreeMap<String, u128> {
    let mut asked = BTreeMap::new();
    let Some(resources) = resources else { return asked };
    for (key, quantity) in resources.limits.iter().flatten() {
        let Some(amount) = milli(quantity) else { continue };
        if matches!(key.as_str(), "cpu" | "memory" | "ephemeral-storage") {
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

/// What a pod asks for: the sum of its containers and sidecars, or an init container with the sidecars before it where
/// that is more; what the pod says for itself goes before that.
pub(super) fn requests(spec: &PodSpec) -> BTreeMap<String, u128> {
    let mut total: BTreeMap<String, u128> = BTreeMap::new();
    let mut sidecars: BTreeMap<String, u128> = BTreeMap::new();
    let mut largest: BTreeMap<String, u128> = BTreeMap::new();
    let add = |sum: &mut BTreeMap<String, u128>, container: &Container| {
        for (key, amount) in asked(container.resources.as_ref()) {
            let sum = sum.entry(key).or_default();
            *sum = sum.saturating_add(amount);
        }
    };
    for container in spec.init_containers.iter().flatten() {
        if container.restart_policy.as_deref() == Some("Always") {
            add(&mut sidecars, container);
            add(&mut total, container);
        } else {
            for (key, amount) in asked(container.resources.as_ref()) {
                let amount = amount.saturating_add(sidecars.get(&key).copied().unwrap_or(0));
                let most = largest.entry(key).or_default();
                *most = amount.max(*most);
            }
        }
    }
    spec.containers.iter().for_each(|container| add(&mut total, container));
    for (key, amount) in largest {
        let sum = total.entry(key).or_default();
        *sum = amount.max(*sum);
    }
    total.extend(asked(spec.resources.as_ref()));
    total
}

/// The claims that a pod mounts.
pub(super) fn claims<'a>(scope: &Scope<'a>, workload: &Workload<'a>) -> Vec<Claimed<'a>> {
    let volumes = workload.pod.volumes.iter().flatten().filter_map(|volume| {
        let name = &volume.persistent_volume_claim.as_ref()?.claim_name;
        let (item, claim) = scope.find::<PersistentVolumeClaim>(workload.item, name)?;
        Some(Claimed { volume: &volume.name, item, template: None, claim })
    });
    let templates = workload.stateful_set().and_then(|set| set.volume_claim_templates.as_ref());
    let templates = templates.into_iter().flatten().enumerate().filter_map(|(number, claim)| {
        let volume = claim.metadata.name.as_deref()?;
        Some(Claimed { volume, item: workload.item, template: Some(number), claim })
    });
    volumes.chain(templates).collect()
}

/// Whether several nodes may mount a claim.
pub fn is_shared(claim: &PersistentVolumeClaim) -> bool {
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_ref());
    modes.into_iter().flatten().any(|mode| mode == "ReadWriteMany" || mode == "ReadOnlyMany")
}

/// Whether a controller adds a label to its pods, whatever their template says. Source: kubernetes 1.37
/// `staging/src/k8s.io/api/{apps,batch}/v1/types.go`.
pub fn is_added(key: &str) -> bool {
    const KEYS: [&str; 7] = [
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    ];
    KEYS.contains(&key) || key.starts_with("batch.kubernetes.io/")
}

/// Whether a selector chooses a pod with these labels.
pub fn selects(selector: &BTreeMap<String, String>, labels: Option<&BTreeMap<String, String>>) -> bool {
    let mut written = selector.iter().filter(|(key, _)| !is_added(key)).peekable();
    // Of one with nothing but what a controller adds nothing here says whose pods it means.
    (selector.is_empty() || written.peek().is_some())
        && written.all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
}

/// Whether a selector with expressions chooses a pod with these labels; an empty one chooses every pod.
pub fn chooses(selector: &LabelSelector, labels: Option<&BTreeMap<String, String>>) -> bool {
    let value = |key: &str| labels.and_then(|labels| labels.get(key));
    let holds = |expression: &LabelSelectorRequirement| {
        let among = |value: &String| expression.values.as_ref().is_some_and(|values| values.contains(value));
        if is_added(&expression.key) {
            return true;
        }
        match expression.operator.as_str() {
            "In" => value(&expression.key).is_some_and(among),
            "NotIn" => !value(&expression.key).is_some_and(among),
            "Exists" => value(&expression.key).is_some(),
            "DoesNotExist" => value(&expression.key).is_none(),
            _ => false,
        }
    };
    selector.match_labels.as_ref().is_none_or(|wanted| selects(wanted, labels))
        && selector.match_expressions.iter().flatten().all(holds)
}
