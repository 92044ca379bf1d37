//! `fsgroup-always`: each start of a pod changes the group of all files of the store.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope, Store, Workload};

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
        if stores.any(|store| {
            matches!(store.held, Held::Claim(_) | Held::Template(_)) && takes_a_group(scope, workload, &store)
        }) {
            findings.add(
                workload.item,
                format!("{}.securityContext.fsGroup", workload.at),
                format!("the group of all files of the store is set to {group} before each start"),
                "set fsGroupChangePolicy: OnRootMismatch",
            );
        }
    }
}

/// Whether the kubelet sets the group of a store, as far as it is known: not of a share or a folder of the node.
fn takes_a_group<'a>(scope: &Scope<'a>, workload: &Workload<'a>, store: &Store<'a>) -> bool {
    let Some(claimed) = scope.claim_of(workload, store) else { return !store.read_only };
    let is_free = claimed.class(scope).is(|provisioner| provisioner.host_path || provisioner.sets_owner);
    let volume = claimed.volume(scope).and_then(|(_, volume)| volume.spec.as_ref());
    !store.read_only && !is_free && volume.is_none_or(|spec| spec.host_path.is_none() && spec.nfs.is_none())
}
