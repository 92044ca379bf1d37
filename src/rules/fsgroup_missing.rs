//! `fsgroup-missing`: a user other than root may not write to the volume.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Class, Held, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "fsgroup-missing",
    severity: Severity::Warning,
    summary: "a user other than root may not write to the volume",
    versions: Versions::All,
    docs: include_str!("fsgroup_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let group = workload.pod.security_context.as_ref().and_then(|context| context.fs_group);
        if group.is_some() || workload.seats.iter().any(|seat| may_give(workload, seat)) {
            continue;
        }
        for seat in workload.servers() {
            let Some(user) = seat.user(workload.pod).filter(|user| *user > 0) else { continue };
            let Some(store) = scope.store(workload, seat).filter(|store| !store.read_only) else { continue };
            if !matches!(store.held, Held::Claim(_) | Held::Template(_)) {
                continue;
            }
            let Some(claimed) = scope.claim_of(workload, &store) else { continue };
            // Folders and shares have owners of their own; a disk is made with root as its owner.
            let is_disk = match claimed.class(scope) {
                class @ (Class::Own(..) | Class::Known(_)) => class.is(|provisioner| {
                    !provisioner.shared && !provisioner.host_path && !provisioner.sets_owner && !provisioner.manual
                }),
                _ => false,
            };
            // A copy has the owners of what it is made from.
            let spec = claimed.claim.spec.as_ref();
            let is_copy = spec.is_some_and(|spec| {
                spec.data_source.is_some() || spec.data_source_ref.is_some() || spec.volume_name.is_some()
            });
            if is_disk && !is_copy && claimed.volume(scope).is_none() {
                findings.add(
                    workload.item,
                    format!("{}.securityContext", workload.at),
                    format!(
                        "`{}` is a new disk that belongs to root, and user {user} may not write to it",
                        claimed.name()
                    ),
                    format!("set fsGroup: {user} and fsGroupChangePolicy: OnRootMismatch in the pod's securityContext"),
                );
            }
        }
    }
}

/// Whether a container before the server may give the volume another owner: it runs as root, or nothing says as whom.
fn may_give(workload: &Workload<'_>, seat: &Seat<'_>) -> bool {
    seat.is_init && seat.user(workload.pod).is_none_or(|user| user == 0)
}
