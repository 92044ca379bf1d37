//! `kustomize-patch-target`: a patch is for an object that its kustomization does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-patch-target",
    severity: Severity::Error,
    summary: "a patch is for an object that its kustomization does not have",
    versions: Versions::All,
    docs: include_str!("kustomize_patch_target.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::PatchTarget, "correct the target");
}
