//! `image-vulnerable`: the release has known vulnerabilities that a newer one has not.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{Release, vulnerabilities_of};
use crate::scope::{Scope, Seat};

pub(super) const RULE: Rule = Rule {
    id: "image-vulnerable",
    severity: Severity::Warning,
    summary: "the release has known vulnerabilities that a newer one has not",
    versions: Versions::All,
    docs: include_str!("image_vulnerable.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (at, seat) in workload.seats.iter().enumerate() {
            let is_same = |other: &Seat<'_>| other.container.image == seat.container.image;
            if workload.seats[..at].iter().any(is_same) {
                continue;
            }
            let Some(release) = seat.image().release() else {
                continue;
            };
            let found = vulnerabilities_of(release);
            let Some(last) = found.iter().filter_map(|row| row.fixed.parse::<Release>().ok()).max() else { continue };
            let worst: Vec<&str> = found.iter().take(3).map(|row| row.id).collect();
            let more = if found.len() > worst.len() {
                format!(" and {} more", found.len() - worst.len())
            } else {
                String::new()
            };
            let finding = findings.add(
                workload.item,
                format!("{}.image", seat.path),
                format!("{release} has at least {} known vulnerabilities: {}{more}", found.len(), worst.join(", ")),
                format!("set a tag from {last} on, such as {}", crate::facts::OLLAMA_VERSION),
            );
            for other in workload.seats[at + 1..].iter().filter(|other| is_same(other)) {
                finding.also(workload.item, format!("{}.image", other.path), "here as well");
            }
        }
    }
}
