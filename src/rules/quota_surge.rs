//! `quota-surge`: a quota has no room for the pod with which a rollout begins.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ResourceQuota;
use crate::scope::{About, Scope, recreates, rollout, written};

pub(super) const RULE: Rule = Rule {
    id: "quota-surge",
    severity: Severity::Error,
    summary: "a quota has no room for the pod with which a rollout begins",
    versions: Versions::All,
    docs: include_str!("quota_surge.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let Some(spec) = &quota.spec else { continue };
        for taken in scope.taken(item, spec).into_iter().filter(|taken| taken.steady <= taken.allowed) {
            for (workload, one) in &taken.by {
                let Some(deployment) = workload.deployment() else { continue };
                let (surge, unavailable) = rollout(deployment);
                let begins_with_more = !recreates(deployment) && surge > 0 && unavailable <= 0;
                let need = taken.steady.saturating_add(*one);
                if workload.about == About::Other
                    || !begins_with_more
                    || scope.least_pods(workload) == 0
                    || need <= taken.allowed
                {
                    continue;
                }
                let key = taken.key;
                findings
                    .add(
                        item,
                        format!("spec.hard.{key}"),
                        format!(
                            "a rollout of `{}` begins with one pod more, which takes {key} to {}, and {} is allowed: it never begins",
                            workload.item.name(),
                            written(need),
                            written(taken.allowed),
                        ),
                        format!("set strategy: {{type: Recreate}} or {{rollingUpdate: {{maxSurge: 0, maxUnavailable: 1}}}}, or raise {key} to {}", written(need)),
                    )
                    .also(workload.item, "spec.strategy", "starts a new pod before it stops an old one");
            }
        }
    }
}
