//! What the namespace may use at once.

use super::meta;
use crate::bundle::Commented;
use crate::k8s::*;
use crate::plan::{Delivery, Plan, Store};

pub(super) fn build(plan: &Plan) -> Option<Commented> {
    let quota = plan.quota.as_ref()?;
    let hard = quota.hard.iter().map(|(key, amount)| (key.clone(), Quantity(amount.value.clone()))).collect();
    let object = ResourceQuota {
        metadata: meta(plan, plan.release.name.clone(), None),
        spec: Some(ResourceQuotaSpec { hard: Some(hard), ..Default::default() }),
        ..Default::default()
    };
    let about = match (&plan.delivery, &plan.store) {
        (Delivery::Job, _) => {
            "Room for all servers, one more that is still stopping while its successor starts, and the puller."
        }
        (_, Store::ClaimEach(_)) => "Room for all servers and their disks.",
        _ if plan.servers.replicas > 1 => {
            "Room for all servers, and for one more that is still stopping while its successor starts."
        }
        _ => "Room for the server, and for one that is still stopping while its successor starts.",
    };
    let mut commented = Commented::new(object, about);
    for (key, amount) in &quota.hard {
        if !amount.reason.is_empty() {
            commented = commented.because(format!("spec hard {key}"), amount.reason.clone());
        }
    }
    Some(commented)
}
