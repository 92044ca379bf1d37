//! `kustomize-patch-path`: a patch changes what its object does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-patch-path",
    severity: Severity::Error,
    summary: "a patch changes what its object does not have",
    versions: Versions::All,
    docs: include_str!("kustomize_patch_path.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::PatchPath, "correct the path");
}
