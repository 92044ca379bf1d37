//! `claims-deleted`: the claims of a `StatefulSet` are deleted with its pods.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::StorageClass;
use crate::scope::{Class, Held, Scope};

pub(super) const RULE: Rule = Rule {
    id: "claims-deleted",
    severity: Severity::Warning,
    summary: "the claims of a StatefulSet are deleted with its pods",
    versions: Versions::All,
    docs: include_str!("claims_deleted.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let Some(set) = workload.stateful_set() else { continue };
        let Some(policy) = &set.persistent_volume_claim_retention_policy else { continue };
        let mut stores = workload.servers().filter_map(|seat| scope.store(workload, seat));
        let is_kept = |class: &StorageClass| class.reclaim_policy.as_deref() == Some("Retain");
        // A volume of a class of its own may be kept when its claim goes.
        let is_lost = stores.any(|store| {
            let claimed = scope.claim_of(workload, &store).filter(|_| matches!(store.held, Held::Template(_)));
            claimed.is_some_and(|claimed| !matches!(claimed.class(scope), Class::Own(_, class) if is_kept(class)))
        });
        if !is_lost {
            continue;
        }
        let of = [("whenScaled", &policy.when_scaled, "scaled down"), ("whenDeleted", &policy.when_deleted, "deleted")];
        for (key, value, what) in of {
            if value.as_deref() == Some("Delete") {
                findings.add(
                    workload.item,
                    format!("spec.persistentVolumeClaimRetentionPolicy.{key}"),
                    format!("the volumes with the models are deleted when the StatefulSet is {what}"),
                    format!("set {key}: Retain, or pull the models anew each time on purpose"),
                );
            }
        }
    }
}
