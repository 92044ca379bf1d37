//! The servers, and how they are replaced.

use super::{container, pod, workload_meta};
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Component, Plan, Topology};

pub(super) fn build(plan: &Plan) -> Commented {
    let times = &plan.times;
    let first = if plan.has_puller() { container::waiter(plan) } else { container::puller(plan) };
    let pull =
        (!plan.has_puller()).then(|| container::puller_reasons(plan, &first, "spec template spec initContainers 0"));
    let object = Deployment {
        metadata: workload_meta(plan, plan.release.name.clone(), Component::Server),
        spec: Some(DeploymentSpec {
            selector: matching(plan.release.selector(Component::Server)),
            template: template(plan, first),
            replicas: Some(i32::try_from(plan.replicas()).unwrap_or(i32::MAX)),
            strategy: Some(strategy(plan.topology)),
            progress_deadline_seconds: Some(i32::try_from(times.progress.value.0).unwrap_or(i32::MAX)),
            ..Default::default()
        }),
        ..Default::default()
    };
    let (about, how, many) = match plan.topology {
        Topology::Single => (
            "The server. Its init container pulls what is missing, so it starts without any network once the store is full.",
            "two pods cannot have the volume: the old one goes first",
            "one disk, one node, one server",
        ),
        Topology::Shared { .. } => (
            "The servers. They only read the store, and wait until the puller has filled it.",
            "one at a time, the old one first: no GPU, node or quota has to be spare",
            "each with all the models in memory",
        ),
    };
    let server = "spec template spec containers 0";
    let mut commented = Commented::new(object, about)
        .because("spec replicas", many)
        .because("spec progressDeadlineSeconds", times.progress.reason.clone())
        .because("spec strategy", how)
        .because("spec template spec terminationGracePeriodSeconds", times.grace.reason.clone())
        .because(format!("{server} resources requests cpu"), plan.size.cpu.reason.clone())
        .because(format!("{server} resources limits memory"), plan.size.memory.reason.clone())
        .because(format!("{server} startupProbe"), times.startup.reason.clone())
        .because(
            format!("{server} readinessProbe"),
            "404 until the model is in the store: ready means that it can be served",
        )
        .because(format!("{server} livenessProbe"), "answers at once even under load; six misses are a minute")
        .because(format!("{server} lifecycle"), "Ollama cuts streams when it is told to stop: wait for them first");
    for (path, reason) in pull.into_iter().flatten() {
        commented = commented.because(path, reason);
    }
    if let Some(gpu) = &plan.gpu {
        if let Some(label) = &gpu.card.label {
            let at = usize::from(plan.placement.gpu_label.is_some());
            let terms = "requiredDuringSchedulingIgnoredDuringExecution nodeSelectorTerms 0 matchExpressions";
            let path = format!("spec template spec affinity nodeAffinity {terms} {at} values");
            commented = commented.because(path, label.reason.clone());
        }
        commented = commented.because(format!("{server} resources limits {}", gpu.resource), gpu.count.reason.clone());
    }
    commented
}

fn strategy(topology: Topology) -> DeploymentStrategy {
    match topology {
        Topology::Single => DeploymentStrategy { type_: Some("Recreate".into()), ..Default::default() },
        Topology::Shared { .. } => DeploymentStrategy {
            type_: Some("RollingUpdate".into()),
            rolling_update: Some(RollingUpdateDeployment {
                max_surge: Some(IntOrString::Int(0)),
                max_unavailable: Some(IntOrString::Int(1)),
            }),
        },
    }
}

fn template(plan: &Plan, first: Container) -> PodTemplateSpec {
    let spec = PodSpec {
        containers: vec![container::server(plan)],
        init_containers: Some(vec![first]),
        termination_grace_period_seconds: Some(plan.times.grace.value.0.into()),
        ..pod::placed(plan, pod::spec(plan, Component::Server, plan.size.home.value))
    };
    PodTemplateSpec { metadata: Some(pod::metadata(plan, Component::Server)), spec: Some(spec) }
}
