//! `missing-separator`: two objects stand in one document.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "missing-separator",
    severity: Severity::Error,
    summary: "two objects stand in one document",
    versions: Versions::All,
    docs: include_str!("missing_separator.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::MissingSeparator, "put a line with `---` above it");
}
