//! The servers whose disks go with them or are for all, and how they are replaced.

use super::{server, workload_meta};
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Component, Plan, Store};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    if matches!(plan.store, Store::ClaimEach(_)) {
        return None;
    }
    let times = &plan.times;
    let template = server::template(plan);
    let reasons = server::reasons(plan, &template);
    let object = Deployment {
        metadata: workload_meta(plan, plan.release.name.clone(), Component::Server),
        spec: Some(DeploymentSpec {
            selector: matching(plan.release.selector(Component::Server)),
            template,
            replicas: server::replicas(plan),
            strategy: Some(strategy(plan)),
            progress_deadline_seconds: Some(i32::try_from(times.progress.value.0).unwrap_or(i32::MAX)),
            ..Default::default()
        }),
        ..Default::default()
    };
    let (how, many) = if plan.store.is_of_one_node() {
        ("two pods cannot have the volume: the old one goes first", "one disk, one node, one server")
    } else {
        (
            "one at a time, the old one first: no GPU, node or quota has to be spare",
            "each with all the models in memory",
        )
    };
    let commented = Commented::new(object, server::about(plan))
        .because_of(server::count_reason(plan, many))
        .because("spec progressDeadlineSeconds", times.progress.reason.clone())
        .because("spec strategy", how)
        .because_of(reasons);
    Some(commented)
}

fn strategy(plan: &Plan) -> DeploymentStrategy {
    if plan.store.is_of_one_node() {
        return DeploymentStrategy { type_: Some("Recreate".into()), ..Default::default() };
    }
    DeploymentStrategy {
        type_: Some("RollingUpdate".into()),
        rolling_update: Some(RollingUpdateDeployment {
            max_surge: Some(IntOrString::Int(0)),
            max_unavailable: Some(IntOrString::Int(1)),
        }),
    }
}
