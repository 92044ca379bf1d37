//! `pvc-modes-invalid`: access modes that the API refuses.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "pvc-modes-invalid",
    severity: Severity::Error,
    summary: "access modes that the API refuses",
    versions: Versions::All,
    docs: include_str!("pvc_modes_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    const MODES: [&str; 4] = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"];
    for claimed in scope.model_claims() {
        let modes = claimed.claim.spec.as_ref().and_then(|spec| spec.access_modes.as_deref()).unwrap_or_default();
        let unknown = modes.iter().position(|mode| !MODES.contains(&mode.as_str()) && !mode.contains("${"));
        if let Some(at) = unknown {
            findings.add(
                claimed.item,
                claimed.path(&format!("spec.accessModes[{at}]")),
                format!("the API refuses it: `{}` is no access mode", modes[at]),
                format!("write {}", meant(&modes[at])),
            );
        } else if modes.len() > 1 && modes.iter().any(|mode| mode == "ReadWriteOncePod") {
            findings.add(
                claimed.item,
                claimed.path("spec.accessModes"),
                "the API refuses it: ReadWriteOncePod stands alone",
                "set accessModes: [ReadWriteOncePod], or leave it out",
            );
        }
    }
}

/// The mode that is meant by its short name, or all.
fn meant(mode: &str) -> &'static str {
    match mode.to_ascii_uppercase().as_str() {
        "RWO" => "ReadWriteOnce",
        "ROX" => "ReadOnlyMany",
        "RWX" => "ReadWriteMany",
        "RWOP" => "ReadWriteOncePod",
        _ => "ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod",
    }
}
