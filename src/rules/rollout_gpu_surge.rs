//! `rollout-gpu-surge`: a rollout needs more GPUs than the pods that run.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_shared, recreates, rollout};

pub(super) const RULE: Rule = Rule {
    id: "rollout-gpu-surge",
    severity: Severity::Warning,
    summary: "a rollout needs more GPUs than the pods that run",
    versions: Versions::All,
    docs: include_str!("rollout_gpu_surge.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let Some(spec) = workload.deployment() else { continue };
        let (surge, unavailable) = rollout(spec);
        if recreates(spec) || surge <= 0 || unavailable > 0 || workload.replicas <= 0 {
            continue;
        }
        let Some((name, count)) = workload.whole_gpus() else { continue };
        let pods = u64::from(workload.replicas.unsigned_abs());
        let (now, then) =
            (count.saturating_mul(pods), count.saturating_mul(pods.saturating_add(surge.unsigned_abs().into())));
        let help = match pods {
            // Where a disk moves with the pods, nothing else rolls out.
            1 => "set strategy: {type: Recreate}, unless a GPU is always free",
            _ if scope.claims(workload).iter().any(|claimed| !is_shared(claimed.claim)) => {
                "set strategy: {type: Recreate}"
            }
            _ => "set strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}, unless a GPU is always free",
        };
        let message = format!(
            "a rollout needs {then} `{name}`, not {now}: the new pod is started while the old one still holds its GPU"
        );
        findings.add(workload.item, "spec.strategy", message, help);
    }
}
