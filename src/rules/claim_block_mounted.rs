//! `claim-block-mounted`: a volume without a file system is mounted as a folder.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "claim-block-mounted",
    severity: Severity::Error,
    summary: "a volume without a file system is mounted as a folder",
    versions: Versions::All,
    docs: include_str!("claim_block_mounted.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for claimed in scope.claims(workload) {
            let mode = claimed.claim.spec.as_ref().and_then(|spec| spec.volume_mode.as_deref());
            let mounts = workload.seats.iter().flat_map(|seat| seat.container.volume_mounts.iter().flatten());
            if mode == Some("Block") && mounts.into_iter().any(|mount| mount.name == claimed.volume) {
                findings.add(
                    claimed.item,
                    claimed.path("spec.volumeMode"),
                    format!(
                        "`{}` is a bare device, and the pod mounts it as a folder: it never starts",
                        claimed.name()
                    ),
                    "set volumeMode: Filesystem, or leave it out",
                );
            }
        }
    }
}
