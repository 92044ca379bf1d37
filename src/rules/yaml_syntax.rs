//! `yaml-syntax`: a text is no YAML, or none that Kubernetes reads.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::FaultKind;

pub(super) const RULE: Rule = Rule {
    id: "yaml-syntax",
    severity: Severity::Error,
    summary: "a text is no YAML, or none that Kubernetes reads",
    versions: Versions::All,
    docs: include_str!("yaml_syntax.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    findings.tell(scope, FaultKind::Syntax, "mend the text at this place");
    findings.tell(scope, FaultKind::Limit, "write a smaller text");
}
