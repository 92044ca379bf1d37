//! The claim for GPUs that is made for each server.

use k8s_openapi::serde_json::json;

use super::meta;
use crate::bundle::{Commented, Custom};
use crate::plan::{Component, DEVICE_CLASS, Plan, Way};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let gpu = plan.gpu.as_ref()?;
    let Way::Claim(selector) = &gpu.card.device.way else { return None };
    let mut exactly =
        json!({ "deviceClassName": DEVICE_CLASS, "allocationMode": "ExactCount", "count": gpu.count.value });
    if let Some(expression) = selector {
        exactly["selectors"] = json!([{ "cel": { "expression": expression } }]);
    }
    let spec = json!({ "spec": { "devices": { "requests": [{ "name": "gpu", "exactly": exactly }] } } });
    let metadata = meta(plan, plan.release.devices(), Some(Component::Server));
    let object = Custom::new("resource.k8s.io/v1", "ResourceClaimTemplate", metadata, spec);
    let commented = Commented::new(object, "Of this a claim is made for each server, which goes with it.")
        .because("spec spec devices requests 0 exactly count", gpu.count.reason.clone());
    Some(match selector {
        Some(_) => commented.because(
            "spec spec devices requests 0 exactly selectors",
            "which devices have enough memory; the driver says it of each",
        ),
        None => commented,
    })
}
