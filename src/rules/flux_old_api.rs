//! `flux-old-api`: an API of Flux that its newer releases do not have.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::facts::removed_api;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "flux-old-api",
    severity: Severity::Warning,
    summary: "an API of Flux that its newer releases do not have",
    versions: Versions::All,
    docs: include_str!("flux_old_api.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items() {
        let Object::Custom(custom) = item.object else { continue };
        let row = removed_api(&custom.api_version, &custom.kind).filter(|row| row.software == "Flux");
        if let Some(row) = row.filter(|_| scope.concerns_ollama(*item)) {
            findings.add(
                *item,
                "apiVersion",
                format!("Flux {} and later have no {} in {}", row.removed, custom.kind, custom.api_version),
                format!("write apiVersion: {}", row.replacement),
            );
        }
    }
}
