//! `quota-surge`: a quota has no room for a rollout.

use std::collections::BTreeMap;

use super::quantity::{milli, written};
use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "quota-surge",
    severity: Severity::Error,
    summary: "a quota has no room for a rollout",
    docs: include_str!("quota_surge.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::ResourceQuota(quota) = object else { continue };
        let Some(hard) = quota.spec.as_ref().and_then(|spec| spec.hard.as_ref()) else { continue };
        let needed = needed(bundle, quota.metadata.namespace.as_deref());
        for (key, quantity) in hard {
            let (Some(need), Some(have)) = (needed.get(key), milli(quantity)) else { continue };
            if have < *need {
                findings.add(
                    object,
                    format!("spec.hard.{key}"),
                    format!(
                        "all pods, and one that is stopping while its successor starts, take {}, not {}",
                        written(*need),
                        quantity.0
                    ),
                    format!(
                        "raise {key}: a stopping pod keeps its share until it is gone, and its successor waits for it"
                    ),
                );
            }
        }
    }
}

/// What all workloads of a namespace take at once, a rollout included, in thousandths.
fn needed(bundle: &Bundle, namespace: Option<&str>) -> BTreeMap<String, u128> {
    let mut needed: BTreeMap<String, u128> = BTreeMap::new();
    for workload in bundle.workloads().filter(|workload| workload.object.metadata().namespace.as_deref() == namespace) {
        let Some(spec) = pods::spec(workload.template) else { continue };
        let overlap = match workload.object {
            Object::Deployment(deployment) => match &deployment.spec {
                Some(spec) if pods::recreates(spec) => 0,
                Some(spec) => pods::rollout(spec).0.max(1),
                None => 0,
            },
            _ => 0,
        };
        let count = u128::try_from(workload.replicas + overlap).unwrap_or(0);
        *needed.entry("pods".into()).or_default() += count * 1000;
        for (key, amount) in pods::requests(spec) {
            *needed.entry(key).or_default() += amount * count;
        }
    }
    needed
}
