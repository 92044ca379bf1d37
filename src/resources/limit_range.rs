//! What a container without values of its own gets.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::Plan;

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let defaults = plan.default_limits.as_ref()?;
    let mut limit = map([("memory", defaults.memory_limit.into())]);
    if let Some(cpu) = defaults.cpu_limit {
        limit.insert("cpu".into(), cpu.into());
    }
    let item = LimitRangeItem {
        type_: "Container".into(),
        default: Some(limit),
        default_request: Some(map([("cpu", defaults.cpu_request.into()), ("memory", defaults.memory_request.into())])),
        ..Default::default()
    };
    let object = LimitRange {
        metadata: meta(plan, plan.release.name.clone(), None),
        spec: Some(LimitRangeSpec { limits: vec![item] }),
    };
    Some(Commented::new(
        object,
        "Under a quota a pod without values is refused: these are for pods of yours, such as a debugging shell.",
    ))
}
