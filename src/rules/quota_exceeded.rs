//! `quota-exceeded`: the pods take more than their quota allows.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ResourceQuota;
use crate::scope::{About, Scope, written};

pub(super) const RULE: Rule = Rule {
    id: "quota-exceeded",
    severity: Severity::Error,
    summary: "the pods take more than their quota allows",
    versions: Versions::All,
    docs: include_str!("quota_exceeded.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let Some(spec) = &quota.spec else { continue };
        for taken in scope.taken(item, spec) {
            let (key, allowed) = (taken.key, written(taken.allowed));
            let ours = taken.by.iter().filter(|(workload, _)| workload.about != About::Other);
            let (message, need, cause) = if taken.steady > taken.allowed {
                let need = written(taken.steady);
                let Some((largest, _)) = ours.max_by_key(|(_, one)| *one) else { continue };
                (format!("all pods together take {need} of {key}, and {allowed} is allowed"), need, largest)
            } else if let Some((workload, one)) =
                ours.max_by_key(|(_, one)| *one).filter(|(_, one)| *one > taken.allowed)
            {
                let name = workload.item.name();
                let message = format!("one pod of `{name}` takes {} of {key}, and {allowed} is allowed", written(*one));
                (message, written(*one), workload)
            } else {
                continue;
            };
            findings
                .add(
                    item,
                    format!("spec.hard.{key}"),
                    message,
                    format!("raise {key} to {need} at least, or let the pods ask for less"),
                )
                .also(cause.item, cause.at, "takes the most");
        }
    }
}
