//! `volume-two-sources`: a volume comes from two places.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "volume-two-sources",
    severity: Severity::Error,
    summary: "a volume comes from two places",
    versions: Versions::All,
    docs: include_str!("volume_two_sources.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let Some(volumes) = workload.item.written(&format!("{}.volumes", workload.at)) else { continue };
        for (at, volume) in volumes.items().iter().enumerate() {
            let mut sources = volume.entries().iter().filter(|entry| entry.key != "name" && !entry.value.is_null());
            let (Some(first), Some(second)) = (sources.next(), sources.next()) else { continue };
            let name = volume.get("name").and_then(|name| name.text()).unwrap_or_default();
            let way = format!("{}.volumes[{at}]", workload.at);
            findings.add(
                workload.item,
                format!("{way}.{}", second.key),
                format!("`{name}` is {} and {} at the same time", first.key, second.key),
                format!("keep one of {} and {}", first.key, second.key),
            );
        }
    }
}
