//! `gpu-shared-multi`: several shares of a GPU are asked for.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "gpu-shared-multi",
    severity: Severity::Warning,
    summary: "several shares of a GPU are asked for",
    versions: Versions::All,
    docs: include_str!("gpu_shared_multi.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let shares = seat
                .gpus()
                .find(|(key, count)| key.starts_with("nvidia.com/") && key.ends_with(".shared") && *count > 1);
            if let Some((key, count)) = shares {
                findings.add(
                    workload.item,
                    format!("{}.resources.limits.{key}", seat.path),
                    format!("{count} shares may be shares of one GPU, and are no more time or memory than 1"),
                    format!("write {key}: 1"),
                );
            }
        }
    }
}
