//! `image-vulnerable`: the release has known vulnerabilities that a newer one has not.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{Release, vulnerabilities_of};
use crate::scope::{Image, Scope, Seat};
use crate::tree::Origin;

pub(super) const RULE: Rule = Rule {
    id: "image-vulnerable",
    severity: Severity::Warning,
    summary: "the release has known vulnerabilities that a newer one has not",
    versions: Versions::All,
    docs: include_str!("image_vulnerable.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let set: Vec<_> = scope.set_images().filter(|set| scope.concerns_ollama(set.item)).collect();
    let place = |at: Origin| (at.source.0, at.start);
    let places: HashSet<_> = set.iter().map(|set| place(set.at)).collect();
    for workload in scope.workloads() {
        for (at, seat) in workload.seats.iter().enumerate() {
            let is_same = |other: &Seat<'_>| other.container.image == seat.container.image;
            let path = format!("{}.image", seat.path);
            let is_set = !places.is_empty()
                && workload.item.written(&path).is_some_and(|node| places.contains(&place(node.origin)));
            // What a kustomization says is told once, where it stands.
            if workload.seats[..at].iter().any(is_same) || is_set {
                continue;
            }
            let Some((message, help)) = judge(seat.image()) else { continue };
            let finding = findings.add(workload.item, path, message, help);
            for other in workload.seats[at + 1..].iter().filter(|other| is_same(other)) {
                finding.also(workload.item, format!("{}.image", other.path), "here as well");
            }
        }
    }
    for set in set {
        if let Some((message, help)) = judge(set.image) {
            findings.add_at(Some(set.item), set.at, message, help);
        }
    }
}

/// What is wrong with a release, and what to write instead.
fn judge(image: Image<'_>) -> Option<(String, String)> {
    let release = image.release()?;
    let found = vulnerabilities_of(release);
    let last = found.iter().filter_map(|row| row.fixed.parse::<Release>().ok()).max()?;
    let worst: Vec<&str> = found.iter().take(3).map(|row| row.id).collect();
    let more =
        if found.len() > worst.len() { format!(" and {} more", found.len() - worst.len()) } else { String::new() };
    Some((
        format!("{release} has at least {} known vulnerabilities: {}{more}", found.len(), worst.join(", ")),
        match image.digest {
            None => format!("set a tag from {last} on, such as {}", crate::facts::OLLAMA_VERSION),
            Some(_) => format!("set tag and digest of {last} or later: the digest decides, whatever the tag says"),
        },
    ))
}
