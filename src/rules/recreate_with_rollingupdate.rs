//! `recreate-with-rollingupdate`: a strategy without rolling update has settings for one.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "recreate-with-rollingupdate",
    severity: Severity::Error,
    summary: "a strategy without rolling update has settings for one",
    versions: Versions::All,
    docs: include_str!("recreate_with_rollingupdate.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let (field, strategy) = match workload.item.object {
            Object::Deployment(object) => {
                let strategy = object.spec.as_ref().and_then(|spec| spec.strategy.as_ref());
                ("strategy", strategy.map(|strategy| (strategy.type_.as_deref(), strategy.rolling_update.is_some())))
            }
            Object::StatefulSet(object) => {
                let strategy = object.spec.as_ref().and_then(|spec| spec.update_strategy.as_ref());
                (
                    "updateStrategy",
                    strategy.map(|strategy| (strategy.type_.as_deref(), strategy.rolling_update.is_some())),
                )
            }
            _ => continue,
        };
        let Some((Some(kind @ ("Recreate" | "OnDelete")), true)) = strategy else { continue };
        findings.add(
            workload.item,
            format!("spec.{field}.rollingUpdate"),
            format!("{kind} has no rolling update: the API refuses its settings"),
            format!("delete rollingUpdate, and keep {field}: {{type: {kind}}}"),
        );
    }
}
