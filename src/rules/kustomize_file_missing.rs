//! `kustomize-file-missing`: a kustomization lists what is not there.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-file-missing",
    severity: Severity::Error,
    summary: "a kustomization lists what is not there",
    versions: Versions::All,
    docs: include_str!("kustomize_file_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::NotThere, "correct the path");
}
