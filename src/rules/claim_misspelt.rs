//! `claim-misspelt`: a pod mounts a claim that is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope};

pub(super) const RULE: Rule = Rule {
    id: "claim-misspelt",
    severity: Severity::Warning,
    summary: "a pod mounts a claim that is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("claim_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            let Some(name) = volume.persistent_volume_claim.as_ref().map(|claim| claim.claim_name.as_str()) else {
                continue;
            };
            if name.contains('$') || scope.candidates(workload.item, "PersistentVolumeClaim", name).next().is_some() {
                continue;
            }
            let is_unused = |claim: Item<'_>| scope.users_of_name(claim, claim.name()).is_empty();
            let known = scope.meant("PersistentVolumeClaim", name, |claim, _| {
                claim.is_near(workload.item) && claim.may_meet(workload.item) && is_unused(claim)
            });
            let Some(meant) = known.or_else(|| meant(scope, workload.item, name)) else { continue };
            findings
                .add(
                    workload.item,
                    format!("{}.volumes[{at}].persistentVolumeClaim.claimName", workload.at),
                    format!("no claim is called `{name}`, and nobody mounts `{}`", meant.name()),
                    format!("set claimName: {}", meant.name()),
                )
                .also(meant, "metadata.name", "this claim");
        }
    }
}

/// The only claim of the same folder that nobody mounts, where its name is almost the same.
fn meant<'a>(scope: &Scope<'a>, from: Item<'a>, name: &str) -> Option<Item<'a>> {
    let claims = scope
        .few("PersistentVolumeClaim")
        .filter(|item| item.is_near(from) && item.may_meet(from) && scope.users_of_name(*item, item.name()).is_empty());
    let unused: Vec<Item<'a>> = claims.collect();
    // Beside the only one there is no other that could be meant.
    if let [only] = unused[..]
        && only.is_beside(from)
        && only.is_called_ollama()
    {
        return Some(only);
    }
    let mut near = unused.into_iter().filter(|item| strsim::jaro_winkler(item.name(), name) > 0.8);
    near.next().filter(|_| near.next().is_none())
}
