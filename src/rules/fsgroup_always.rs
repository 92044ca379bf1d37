//! `fsgroup-always`: each start of a pod changes the group of all files of the store.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope};

pub(super) const RULE: Rule = Rule {
    id: "fsgroup-always",
    severity: Severity::Info,
    summary: "each start of a pod changes the group of all files of the store",
    versions: Versions::All,
    docs: include_str!("fsgroup_always.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let Some(context) = &workload.pod.security_context else { continue };
        let Some(group) = context.fs_group else { continue };
        if context.fs_group_change_policy.as_deref() == Some("OnRootMismatch") {
            continue;
        }
        let mut stores = workload.servers().filter_map(|seat| scope.store(workload, seat));
        if stores.any(|store| matches!(store.held, Held::Claim(_) | Held::Template(_)) && !store.read_only) {
            findings.add(
                workload.item,
                format!("{}.securityContext.fsGroup", workload.at),
                format!("the group of all files of the store is set to {group} before each start"),
                "set fsGroupChangePolicy: OnRootMismatch",
            );
        }
    }
}
