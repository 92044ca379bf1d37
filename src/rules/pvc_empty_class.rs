//! `pvc-empty-class`: a claim with an empty class waits for a volume that nobody makes.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PersistentVolume;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "pvc-empty-class",
    severity: Severity::Error,
    summary: "a claim with an empty class waits for a volume that nobody makes",
    versions: Versions::All,
    docs: include_str!("pvc_empty_class.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let may_bind = |volume: &PersistentVolume| {
        volume.spec.as_ref().is_some_and(|spec| spec.storage_class_name.as_deref().unwrap_or_default().is_empty())
    };
    let has_one = scope.all::<PersistentVolume>().any(|(_, volume)| may_bind(volume));
    for claimed in scope.model_claims().into_iter().filter(|_| !has_one) {
        let Some(spec) = &claimed.claim.spec else { continue };
        let waits =
            spec.storage_class_name.as_deref() == Some("") && spec.volume_name.is_none() && spec.selector.is_none();
        if waits {
            findings.add(
                claimed.item,
                claimed.path("spec.storageClassName"),
                "no class will ever make a volume for it, and no volume is named",
                "leave storageClassName out for the cluster's default, or name the volume with volumeName",
            );
        }
    }
}
