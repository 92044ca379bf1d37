//! `env-duplicate`: a variable stands twice in one container.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "env-duplicate",
    severity: Severity::Warning,
    summary: "a variable stands twice in one container",
    versions: Versions::All,
    docs: include_str!("env_duplicate.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                let Some(before) = seen.insert(&variable.name, at) else { continue };
                findings
                    .add(
                        workload.item,
                        format!("{}.env[{at}].name", seat.path),
                        format!(
                            "{} is set twice: the last one holds, and server-side apply refuses the object",
                            variable.name
                        ),
                        "leave one of them out",
                    )
                    .also(workload.item, format!("{}.env[{before}].name", seat.path), "has no effect");
            }
        }
    }
}
