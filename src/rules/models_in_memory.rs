//! `models-in-memory`: the models lie in the memory of the container.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope};

pub(super) const RULE: Rule = Rule {
    id: "models-in-memory",
    severity: Severity::Warning,
    summary: "the models lie in the memory of the container",
    versions: Versions::All,
    docs: include_str!("models_in_memory.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            let Some(store) = scope.store(workload, seat) else { continue };
            let Held::EmptyDir(folder) = store.held else { continue };
            if folder.medium.as_deref() != Some("Memory") {
                continue;
            }
            let limit = seat
                .limit("memory")
                .map(|limit| format!(", and count against its limit of {}", limit.0))
                .unwrap_or_default();
            findings.add(
                workload.item,
                store.way(seat),
                format!("the models lie in memory, beside what the server takes{limit}"),
                "leave medium out: an emptyDir on disk, or better a claim",
            );
        }
    }
}
