//! The servers' pods, whoever makes them: how they begin, and the reasons of their numbers.

use super::{container, nodes, pod};
use crate::k8s::*;
use crate::plan::{Component, Delivery, Plan, Store, Way};

pub(super) fn template(plan: &Plan) -> PodTemplateSpec {
    let proxy = plan.proxy.as_ref().map(|proxy| container::proxy(plan, proxy));
    let spec = PodSpec {
        containers: [container::server(plan)].into_iter().chain(proxy).collect(),
        init_containers: Some(init_containers(plan)),
        termination_grace_period_seconds: Some(plan.times.grace.value.0.into()),
        ..nodes::placed(plan, pod::spec(plan, Component::Server, plan.size.home.value))
    };
    PodTemplateSpec { metadata: Some(pod::metadata(plan, Component::Server)), spec: Some(spec) }
}

/// How many servers the workload says; nothing where their number changes.
pub(super) fn replicas(plan: &Plan) -> Option<i32> {
    plan.fixed_replicas().map(|replicas| i32::try_from(replicas).unwrap_or(i32::MAX))
}

/// Why there are so many, or no number at all.
pub(super) fn count_reason(plan: &Plan, fixed: &str) -> [(String, String); 1] {
    [match plan.fixed_replicas() {
        Some(_) => ("spec replicas".to_owned(), fixed.to_owned()),
        None => (
            "spec".to_owned(),
            "without replicas: KEDA sets their number, and every apply would set it back".to_owned(),
        ),
    }]
}

/// What comes before the server: it starts only when all models are there.
fn init_containers(plan: &Plan) -> Vec<Container> {
    match plan.delivery {
        Delivery::Init => vec![container::puller(plan)],
        Delivery::Job | Delivery::Nobody => vec![container::waiter(plan)],
        Delivery::Copy(_) => vec![container::waiter(plan), container::copier(plan)],
    }
}

/// What the servers are, and where their models come from.
pub(super) fn about(plan: &Plan) -> &'static str {
    match (&plan.delivery, &plan.store) {
        (Delivery::Init, Store::NodeDisk(_)) => {
            "The servers. Each pulls to the node's disk; with the pod goes what it has pulled, and the next one pulls again."
        }
        (Delivery::Init, Store::ClaimEach(_)) => {
            "The servers, each with a disk of its own that it finds again. Their init containers pull what is missing, so they\nstart without any network once the disks are full."
        }
        (Delivery::Init, _) => {
            "The server. Its init container pulls what is missing, so it starts without any network once the store is full."
        }
        (Delivery::Job, _) => "The servers. They only read the store, and wait until the puller has filled it.",
        (Delivery::Copy(_), Store::ClaimEach(_)) => {
            "The servers, each with a disk of its own that it finds again: what has changed is copied before they start."
        }
        (Delivery::Copy(_), _) => {
            "The servers. Each copies the models to its node's disk before it starts, and only reads them there."
        }
        (Delivery::Nobody, Store::Image(_)) => {
            "The servers. They read the models in the image that is mounted, and pull nothing."
        }
        (Delivery::Nobody, _) => "The server pulls nothing: it waits until somebody has put the models into the store.",
    }
}

/// Why the numbers of such a template are what they are, by the way to each.
pub(super) fn reasons(plan: &Plan, template: &PodTemplateSpec) -> Vec<(String, String)> {
    let times = &plan.times;
    let server = "spec template spec containers 0";
    let mut reasons = vec![
        ("spec template spec terminationGracePeriodSeconds".to_owned(), times.grace.reason.clone()),
        (format!("{server} resources requests cpu"), plan.size.cpu.reason.clone()),
        (format!("{server} resources limits memory"), plan.size.memory.reason.clone()),
        (format!("{server} startupProbe"), times.startup.reason.clone()),
        (
            format!("{server} readinessProbe"),
            "404 until the model is in the store: ready means that it can be served".into(),
        ),
        (format!("{server} livenessProbe"), "answers at once even under load; six misses are a minute".into()),
        (format!("{server} lifecycle"), "Ollama cuts streams when it is told to stop: wait for them first".into()),
    ];
    match plan.delivery {
        Delivery::Init => {
            let init = template.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten());
            for (at, puller) in init.enumerate() {
                reasons.extend(container::puller_reasons(
                    plan,
                    puller,
                    &format!("spec template spec initContainers {at}"),
                ));
            }
        }
        Delivery::Copy(_) => {
            let why = "one thread reads, another checks the sums; the rest is page cache".into();
            reasons.push(("spec template spec initContainers 1 resources".into(), why));
        }
        Delivery::Job | Delivery::Nobody => {}
    }
    if let Some(proxy) = &plan.proxy {
        reasons.extend(container::proxy_reasons(proxy, "spec template spec containers 1"));
    }
    if let Store::NodeDisk(disk) = &plan.store {
        reasons.push(("spec template spec volumes 0 emptyDir".into(), disk.size.reason.clone()));
        let reason = format!("{} of models on the node's disk, and logs", disk.size.value);
        reasons.push((format!("{server} resources requests ephemeral-storage"), reason));
    }
    if let Some(gpu) = &plan.gpu {
        reasons.extend(node_labels(plan));
        if gpu.card.device.render_group.is_some() {
            let why = "the group of the nodes that owns the GPU's devices".to_owned();
            reasons.push(("spec template spec securityContext supplementalGroups".to_owned(), why));
        }
        if let Way::Resource(resource) = &gpu.card.device.way {
            reasons.push((format!("{server} resources limits {resource}"), gpu.count.reason.clone()));
        }
    }
    reasons
}

/// Why a node must have these labels: those with one value are in the selector, the others in the affinity.
fn node_labels(plan: &Plan) -> Vec<(String, String)> {
    let terms = "requiredDuringSchedulingIgnoredDuringExecution nodeSelectorTerms 0 matchExpressions";
    let mut at = 0;
    let mut reasons = Vec::new();
    for label in &plan.placement.gpu_nodes {
        let path = if label.value.only().is_some() {
            format!("spec template spec nodeSelector {}", label.value.key)
        } else {
            at += 1;
            format!("spec template spec affinity nodeAffinity {terms} {} values", at - 1)
        };
        if !label.reason.is_empty() {
            reasons.push((path, label.reason.clone()));
        }
    }
    reasons
}
