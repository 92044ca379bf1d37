//! `yaml-duplicate-key`: a key is there twice, and one of the values is lost.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "yaml-duplicate-key",
    severity: Severity::Error,
    summary: "a key is there twice, and one of the values is lost",
    versions: Versions::All,
    docs: include_str!("yaml_duplicate_key.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::DoubledKey, "keep one of them");
}
