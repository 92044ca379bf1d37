//! `wrong-type`: a value is of another type than its field.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{MisfitKind, Scope};
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "wrong-type",
    severity: Severity::Error,
    summary: "a value is of another type than its field",
    versions: Versions::All,
    docs: include_str!("wrong_type.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::Mismatch, "write a value of the type that the field has");
    findings.tell_misfits(scope, MisfitKind::Type);
}
