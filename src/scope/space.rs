//! Which objects are in one namespace for sure, and which of them does a quota count?

use std::collections::{HashMap, HashSet};

use super::{Item, Scope, Workload};
use crate::bundle::Object;
use crate::k8s::{Container, PersistentVolumeClaim, PodSpec, Quantity, ResourceQuotaSpec};
use crate::tree::Node;

impl<'a> Scope<'a> {
    /// The objects that are in an object's namespace for sure: those that name the same one, or, where it names none,
    /// those of its folder that name none either. Of several of one kind and name one counts, and only where it is
    /// clear which: variants of a bundle stand in folders side by side.
    pub fn in_space(&self, of: Item<'a>) -> Vec<Item<'a>> {
        let items = || self.index.of_space(of).iter().map(|at| self.items[*at]);
        let key = |item: Item<'a>| (item.object.kind(), item.name());
        let mut near = HashSet::new();
        let mut found: Vec<Item<'a>> = items().filter(|item| item.is_near(of) && near.insert(key(*item))).collect();
        let is_alone = !items().any(|item| !item.is_near(of) && key(item) == key(of));
        if is_alone {
            let mut counts: HashMap<_, usize> = HashMap::new();
            items().for_each(|item| *counts.entry(key(item)).or_default() += 1);
            found.extend(items().filter(|item| !item.is_near(of) && counts[&key(*item)] == 1));
        }
        found
    }

    /// The workloads that are in an object's namespace for sure.
    pub fn counted_by(&self, by: Item<'a>) -> Vec<&Workload<'a>> {
        self.in_space(by).into_iter().filter_map(|item| self.workload(item)).collect()
    }

    /// How many pods of a workload run at the same time at least, once it is up: none of a `Job`.
    pub fn least_pods(&self, workload: &Workload<'a>) -> u32 {
        let replicas = u32::try_from(workload.replicas).unwrap_or(0);
        match workload.item.object {
            Object::Job(_) | Object::CronJob(_) => 0,
            Object::Pod(_) | Object::DaemonSet(_) => replicas,
            _ => self.scaler(workload.item).map_or(replicas, |scaler| least(scaler).min(1_000_000)),
        }
    }
}

/// The fewest pods that a scaler keeps.
fn least(scaler: Item<'_>) -> u32 {
    let (key, default) = match scaler.object {
        Object::HorizontalPodAutoscaler(_) => ("minReplicas", 1),
        _ => ("minReplicaCount", 0),
    };
    match scaler.at(&["spec", key]).and_then(Node::text) {
        Some(text) => text.parse().unwrap_or(0),
        None => default,
    }
}

/// Whether a quota with scopes counts the pods of a workload for sure.
pub fn counts_pods(quota: &ResourceQuotaSpec, workload: &Workload<'_>) -> bool {
    let holds = |scope: &str, operator: &str, values: &[String]| {
        let class = workload.pod.priority_class_name.as_ref();
        match (scope, operator) {
            ("Terminating", _) => workload.pod.active_deadline_seconds.is_some(),
            ("NotTerminating", _) => workload.pod.active_deadline_seconds.is_none(),
            ("NotBestEffort", _) => asks_for_anything(workload.pod),
            ("PriorityClass", "Exists") => class.is_some(),
            ("PriorityClass", "In") => class.is_some_and(|class| values.contains(class)),
            ("PriorityClass", "NotIn") => class.is_some_and(|class| !values.contains(class)),
            _ => false,
        }
    };
    let selectors = quota.scope_selector.iter().flat_map(|selector| selector.match_expressions.iter().flatten());
    quota.scopes.iter().flatten().all(|scope| holds(scope, "", &[]))
        && selectors.clone().all(|one| holds(&one.scope_name, &one.operator, one.values.as_deref().unwrap_or_default()))
}

/// Whether a pod says for any container how much CPU or memory it takes.
fn asks_for_anything(pod: &PodSpec) -> bool {
    let says = |container: &Container| {
        let resources = container.resources.as_ref();
        let limits = resources.into_iter().flat_map(|resources| resources.limits.iter().flatten());
        let requests = resources.into_iter().flat_map(|resources| resources.requests.iter().flatten());
        limits.chain(requests).any(|(key, _)| matches!(key.as_str(), "cpu" | "memory"))
    };
    pod.containers.iter().chain(pod.init_containers.iter().flatten()).any(says)
}

/// How much storage a claim asks for.
pub fn asked_storage(claim: &PersistentVolumeClaim) -> Option<&Quantity> {
    claim.spec.as_ref()?.resources.as_ref()?.requests.as_ref()?.get("storage")
}
