//! `quota-tight`: a quota has room for the pods that run, and not for what comes beside them.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::ResourceQuota;
use crate::scope::{About, Scope, Taken, Workload, recreates, rollout, written};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "quota-tight",
    severity: Severity::Warning,
    summary: "a quota has room for the pods that run, and not for what comes beside them",
    versions: Versions::All,
    docs: include_str!("quota_tight.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let Some(spec) = &quota.spec else { continue };
        for taken in scope.taken(item, spec).into_iter().filter(|taken| taken.steady <= taken.allowed) {
            for (workload, one) in &taken.by {
                if workload.about == About::Other {
                    continue;
                }
                if let Some((message, need, label)) = waits(scope, &taken, workload, *one) {
                    let help = format!("raise {} to {}", taken.key, written(need));
                    findings.add(item, format!("spec.hard.{}", taken.key), message, help).also(
                        workload.item,
                        "spec",
                        label,
                    );
                }
            }
        }
    }
}

/// What has to wait: what is true of it, how much it needs, and a word to stand under it.
fn waits(
    scope: &Scope<'_>,
    taken: &Taken<'_, '_>,
    workload: &Workload<'_>,
    one: u128,
) -> Option<(String, u128, &'static str)> {
    let name = workload.item.name();
    let Taken { key, allowed, steady, .. } = taken;
    let more = steady.saturating_add(one);
    if let Object::Job(_) | Object::CronJob(_) = workload.item.object {
        let message = format!(
            "the pod of `{name}` takes {} of {key} beside {} of {}",
            written(one),
            written(*steady),
            written(*allowed)
        );
        let is_alone = *steady == 0 || one > *allowed || workload.replicas < 1;
        return (!is_alone && more > *allowed)
            .then(|| (format!("{message}: it waits until a server stops"), more, "waits"));
    }
    if let Some(scaler) = scope.scaler(workload.item) {
        let key_of_most =
            if let Object::HorizontalPodAutoscaler(_) = scaler.object { "maxReplicas" } else { "maxReplicaCount" };
        let most: u32 = scaler.at(&["spec", key_of_most]).and_then(Node::text)?.parse().ok()?;
        let least = scope.least_pods(workload);
        let need = steady.saturating_add(one.saturating_mul(u128::from(most.saturating_sub(least))));
        let message = format!(
            "{most} pods of `{name}` take {key} to {}, and {} is allowed: the scaler never gets there",
            written(need),
            written(*allowed)
        );
        return (need > *allowed).then_some((message, need, "is scaled"));
    }
    let deployment = workload.deployment()?;
    let (_, unavailable) = rollout(deployment);
    let overlaps = !recreates(deployment) && unavailable > 0 && scope.least_pods(workload) > 0;
    let message = format!(
        "a pod of `{name}` that stops keeps its share of {key} until it is gone, and its successor is refused so long: each step of a rollout waits"
    );
    (overlaps && more > *allowed).then_some((message, more, "stops one pod and starts another at the same time"))
}
