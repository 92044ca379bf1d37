//! `yaml-implicit`: kubectl reads a value as something else than it looks like.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{MisfitKind, Scope};
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "yaml-implicit",
    severity: Severity::Error,
    summary: "kubectl reads a value as something else than it looks like",
    versions: Versions::All,
    docs: include_str!("yaml_implicit.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::ReadDifferently, "write it in quotes");
    findings.tell_misfits(scope, MisfitKind::Bare);
}
