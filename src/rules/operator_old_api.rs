//! `operator-old-api`: an API of an add-on that its newer releases do not have.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::facts::removed_api;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "operator-old-api",
    severity: Severity::Warning,
    summary: "an API of an add-on that its newer releases do not have",
    versions: Versions::All,
    docs: include_str!("operator_old_api.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut doors = None;
    for item in scope.items() {
        let Object::Custom(custom) = item.object else { continue };
        let row = removed_api(&custom.api_version, &custom.kind);
        let row = row.filter(|row| !matches!(row.software, "Flux" | "Kubernetes") && !row.replacement.is_empty());
        let mut is_about = || match custom.kind.as_str() {
            "IngressRoute" => {
                doors.get_or_insert_with(|| scope.doors()).iter().any(|door| door.item.number == item.number)
            }
            _ => scope.concerns_ollama(*item),
        };
        if let Some(row) = row.filter(|_| is_about()) {
            findings.add(
                *item,
                "apiVersion",
                format!("{} {} and later have no {} in {}", row.software, row.removed, custom.kind, custom.api_version),
                format!("write apiVersion: {}", row.replacement),
            );
        }
    }
}
