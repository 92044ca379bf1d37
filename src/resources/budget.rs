//! How many servers may be away at once for the sake of the cluster.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Component, Plan};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let away = plan.max_unavailable.as_ref()?;
    let object = PodDisruptionBudget {
        metadata: meta(plan, plan.release.name.clone(), Some(Component::Server)),
        spec: Some(PodDisruptionBudgetSpec {
            max_unavailable: Some(IntOrString::Int(i32::try_from(away.value).unwrap_or(i32::MAX))),
            unhealthy_pod_eviction_policy: Some("AlwaysAllow".into()),
            selector: Some(matching(plan.release.selector(Component::Server))),
            ..Default::default()
        }),
        ..Default::default()
    };
    Some(
        Commented::new(object, "For drains; a rollout has its own rule.")
            .because("spec maxUnavailable", away.reason.clone())
            .because("spec unhealthyPodEvictionPolicy", "a server that is not ready yet must not hold up a drain"),
    )
}
