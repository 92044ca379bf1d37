//! `rollout-zero-zero`: a rollout may neither start a pod nor stop one.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::IntOrString;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "rollout-zero-zero",
    severity: Severity::Error,
    summary: "a rollout may neither start a pod nor stop one",
    versions: Versions::All,
    docs: include_str!("rollout_zero_zero.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let (path, surge, unavailable) = match workload.item.object {
            Object::Deployment(object) => {
                let strategy = object.spec.as_ref().and_then(|spec| spec.strategy.as_ref());
                let Some(update) = strategy.and_then(|strategy| strategy.rolling_update.as_ref()) else { continue };
                let is_zero = |amount: Option<&IntOrString>| amount.is_some_and(is_zero);
                (
                    "spec.strategy.rollingUpdate",
                    is_zero(update.max_surge.as_ref()),
                    is_zero(update.max_unavailable.as_ref()),
                )
            }
            Object::DaemonSet(object) => {
                let strategy = object.spec.as_ref().and_then(|spec| spec.update_strategy.as_ref());
                let Some(update) = strategy.and_then(|strategy| strategy.rolling_update.as_ref()) else { continue };
                let unavailable = update.max_unavailable.as_ref().is_some_and(is_zero);
                ("spec.updateStrategy.rollingUpdate", update.max_surge.as_ref().is_none_or(is_zero), unavailable)
            }
            _ => continue,
        };
        if surge && unavailable {
            findings.add(
                workload.item,
                format!("{path}.maxUnavailable"),
                "no pod more and no pod less leaves a rollout nothing to do: the API refuses it",
                "set maxUnavailable: 1, which stops the old pod first",
            );
        }
    }
}

fn is_zero(amount: &IntOrString) -> bool {
    match amount {
        IntOrString::Int(number) => *number == 0,
        IntOrString::String(share) => share.trim_end_matches('%').parse() == Ok(0),
    }
}
