//! `gpu-fraction`: a part of a GPU is no amount.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Amount, Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "gpu-fraction",
    severity: Severity::Error,
    summary: "a part of a GPU is no amount",
    versions: Versions::All,
    docs: include_str!("gpu_fraction.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let Some(resources) = &seat.container.resources else { continue };
            let limits = resources.limits.iter().flatten().map(|(key, amount)| ("limits", key, amount));
            let requests = resources.requests.iter().flatten().map(|(key, amount)| ("requests", key, amount));
            let extended =
                limits.chain(requests).filter(|(_, key, amount)| key.contains('/') && !is_variable(&amount.0));
            let wrong = extended.into_iter().find(|(_, _, amount)| {
                Amount::of(&amount.0)
                    .is_some_and(|amount| amount.is_negative && amount.milli > 0 || amount.milli % 1000 != 0)
            });
            if let Some((kind, key, amount)) = wrong {
                findings.add(
                    workload.item,
                    format!("{}.resources.{kind}.{key}", seat.path),
                    format!("`{}` asks for {} of {key}, which is given out whole", seat.name(), amount.0),
                    format!("write {key}: 1; one GPU is shared by time-slicing or MIG of the device plugin"),
                );
            }
        }
    }
}
