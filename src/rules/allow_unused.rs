//! `allow-unused`: an object allows what is not found in it, or does not say why.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

/// What is said of annotations once all other rules are done (`lint::allow`).
pub const RULE: Rule = Rule {
    id: "allow-unused",
    severity: Severity::Warning,
    summary: "an object allows what is not found in it, or does not say why",
    versions: Versions::All,
    docs: include_str!("allow_unused.md"),
    check: |_: &Scope<'_>, _: &mut Findings| {},
};
