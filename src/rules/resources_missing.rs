//! `resources-missing`: a server says nothing of the CPU and memory that it takes.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "resources-missing",
    severity: Severity::Info,
    summary: "a server says nothing of the CPU and memory that it takes",
    versions: Versions::All,
    docs: include_str!("resources_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| workload.pod.resources.is_none()) {
        for seat in workload.servers() {
            let says = |key: &str| seat.limit(key).is_some() || seat.request(key).is_some();
            if !says("memory") && !says("cpu") {
                findings.add(
                    workload.item,
                    format!("{}.resources", seat.path),
                    format!("`{}` says neither how much memory nor how much CPU it takes", seat.name()),
                    "set what the models take, such as resources: {requests: {cpu: \"2\", memory: 8Gi}}",
                );
            }
        }
    }
}
