//! `claim-missing`: a pod mounts a claim of a name that no claim can have.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "claim-missing",
    severity: Severity::Error,
    summary: "a pod mounts a claim of a name that no claim can have",
    versions: Versions::All,
    docs: include_str!("claim_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            let Some(name) = volume.persistent_volume_claim.as_ref().map(|claim| claim.claim_name.as_str()) else {
                continue;
            };
            let way = format!("{}.volumes[{at}].persistentVolumeClaim.claimName", workload.at);
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
            // Of `$(NAME)` another rule speaks: `variable-not-expanded`.
            if !name.is_empty()
                && !["$(", "${"].iter().any(|sign| name.contains(sign))
                && !name.contains("{{")
                && !name.chars().all(fits)
            {
                findings.add(
                    workload.item,
                    way,
                    format!("no claim can be called `{name}`: names have small letters, digits, `-` and `.`"),
                    "write the name of the claim",
                );
            }
        }
    }
}
