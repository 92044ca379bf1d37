//! What the namespace may use at once.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::Plan;

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let quota = plan.quota.as_ref()?;
    let hard = quota.hard.iter().map(|(key, amount)| (key.clone(), Quantity(amount.value.clone()))).collect();
    let object = ResourceQuota {
        metadata: meta(plan, plan.release.name.clone(), None),
        spec: Some(ResourceQuotaSpec { hard: Some(hard), ..Default::default() }),
        ..Default::default()
    };
    let about = if plan.has_puller() {
        "Room for all servers, one more that is still stopping while its successor starts, and the puller."
    } else {
        "Room for the server, and for one that is still stopping while its successor starts."
    };
    let mut commented = Commented::new(object, about);
    for (key, amount) in &quota.hard {
        if !amount.reason.is_empty() {
            commented = commented.because(format!("spec hard {key}"), amount.reason.clone());
        }
    }
    Some(commented)
}
