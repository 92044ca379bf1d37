//! `custom-field-unknown`: a custom resource has what its definition does not know.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{MisfitKind, Scope};

pub(super) const RULE: Rule = Rule {
    id: "custom-field-unknown",
    severity: Severity::Warning,
    summary: "a custom resource has what its definition does not know",
    versions: Versions::All,
    docs: include_str!("custom_field_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell_misfits(scope, MisfitKind::Unknown);
}
