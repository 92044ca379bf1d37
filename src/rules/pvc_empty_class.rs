//! `pvc-empty-class`: a claim with an empty class waits for a volume that nobody makes.

use super::{Findings, Rule, Severity};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "pvc-empty-class",
    severity: Severity::Error,
    summary: "a claim with an empty class waits for a volume that nobody makes",
    docs: include_str!("pvc_empty_class.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::PersistentVolumeClaim(claim) = object else { continue };
        let Some(spec) = &claim.spec else { continue };
        let waits =
            spec.storage_class_name.as_deref() == Some("") && spec.volume_name.is_none() && spec.selector.is_none();
        if waits {
            findings.add(
                object,
                "spec.storageClassName",
                "no class will ever make a volume for it, and no volume is named",
                "leave storageClassName out for the cluster's default, or name the volume with volumeName",
            );
        }
    }
}
