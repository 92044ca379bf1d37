//! `unknown-field`: a field has no meaning where it stands.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{MisfitKind, Scope};
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "unknown-field",
    severity: Severity::Error,
    summary: "a field has no meaning where it stands",
    versions: Versions::All,
    docs: include_str!("unknown_field.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::UnknownField, "leave it out, or move it where it belongs");
    findings.tell_misfits(scope, MisfitKind::Misspelt);
}
