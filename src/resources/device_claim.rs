//! What the claim for the GPUs of each server is made of.

use k8s_openapi::serde_json::{Value, json};

use super::meta;
use crate::bundle::{Commented, Custom};
use crate::hash::Fnv;
use crate::plan::{Component, DEVICE_CLASS, Plan, Way};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let (name, spec) = template(plan)?;
    let gpu = plan.gpu.as_ref()?;
    let object =
        Custom::new("resource.k8s.io/v1", "ResourceClaimTemplate", meta(plan, name, Some(Component::Server)), spec);
    let commented = Commented::new(
        object,
        "Of this a claim is made for each server, which goes with it. Its name has a hash of what it says, which cannot be\nchanged: another card is another template.",
    )
    .because("spec spec devices requests 0 exactly count", gpu.count.reason.clone());
    let selectors = "spec spec devices requests 0 exactly selectors";
    Some(match gpu.card.device.way {
        Way::Claim(Some(_)) => commented.because(selectors, "which devices will do, by what the driver says of each"),
        _ => commented,
    })
}

/// The name of the template, where the GPUs are asked for by a claim.
pub(super) fn name(plan: &Plan) -> Option<String> {
    template(plan).map(|(name, _)| name)
}

fn template(plan: &Plan) -> Option<(String, Value)> {
    let gpu = plan.gpu.as_ref()?;
    let Way::Claim(selector) = &gpu.card.device.way else { return None };
    let mut exactly =
        json!({ "deviceClassName": DEVICE_CLASS, "allocationMode": "ExactCount", "count": gpu.count.value });
    if let Some(expression) = selector {
        exactly["selectors"] = json!([{ "cel": { "expression": expression } }]);
    }
    let spec = json!({ "spec": { "devices": { "requests": [{ "name": "gpu", "exactly": exactly }] } } });
    let name = format!("{}-{}", plan.release.devices(), Fnv::of(&spec.to_string()).in_hex());
    Some((name, spec))
}
