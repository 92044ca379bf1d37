//! `env-removed`: newer releases of Ollama do not read this variable any more.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::variable;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "env-removed",
    severity: Severity::Info,
    summary: "newer releases of Ollama do not read this variable any more",
    versions: Versions::All,
    docs: include_str!("env_removed.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            let release = seat.image().release();
            for own in scope.variables(workload, seat) {
                let row = variable(own.name).filter(|row| !row.removed.is_empty());
                let Some(row) = row.filter(|row| release.is_none_or(|release| row.is_gone_from(release))) else {
                    continue;
                };
                let help = if row.instead.is_empty() {
                    "leave it out".to_owned()
                } else {
                    format!("write {}, which does today what it did", row.instead)
                };
                findings.add(
                    own.item,
                    own.path(seat),
                    format!("{} has no effect: {} does not read it any more", own.name, row.removed),
                    help,
                );
            }
        }
    }
}
