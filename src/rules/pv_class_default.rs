//! `pv-class-default`: a claim without a class beside its volume without a class.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{PersistentVolume, PersistentVolumeSpec};
use crate::scope::{Claimed, Class, Item, Scope, size};

pub(super) const RULE: Rule = Rule {
    id: "pv-class-default",
    severity: Severity::Warning,
    summary: "a claim without a class beside its volume without a class",
    versions: Versions::All,
    docs: include_str!("pv_class_default.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for claimed in scope.model_claims().into_iter().filter(|claimed| matches!(claimed.class(scope), Class::Default)) {
        let Some(spec) = claimed.claim.spec.as_ref().filter(|spec| spec.selector.is_none()) else { continue };
        let (message, found) = match (&spec.volume_name, claimed.volume(scope)) {
            (Some(name), Some(found)) => (
                format!(
                    "with a default class in the cluster the claim gets that, and never binds to `{name}`, which has none"
                ),
                found,
            ),
            (None, _) => {
                let Some(found) = beside(scope, &claimed) else { continue };
                let name = found.0.name();
                (
                    format!(
                        "with a default class in the cluster the claim gets a new volume, not `{name}`, which has no class"
                    ),
                    found,
                )
            }
            (Some(_), None) => continue,
        };
        let (item, volume) = found;
        if volume.spec.as_ref().is_some_and(has_no_class) {
            findings
                .add(claimed.item, claimed.path("spec.storageClassName"), message, "set storageClassName: \"\"")
                .also(item, "spec.capacity", "no class");
        }
    }
}

fn has_no_class(volume: &PersistentVolumeSpec) -> bool {
    volume.claim_ref.is_none() && volume.storage_class_name.as_deref().unwrap_or_default().is_empty()
}

/// The only volume of the same text or folder, where it is meant for the claim.
fn beside<'a>(scope: &Scope<'a>, claimed: &Claimed<'a>) -> Option<(Item<'a>, &'a PersistentVolume)> {
    // Among a hundred volumes none is meant by its place.
    let mut beside = scope.all::<PersistentVolume>().take(100).filter(|(item, _)| item.is_near(claimed.item));
    let (item, volume) = beside.next().filter(|_| beside.next().is_none() && claimed.template.is_none())?;
    let spec = volume.spec.as_ref()?;
    let modes = spec.access_modes.as_deref().unwrap_or_default();
    let wanted = claimed.claim.spec.as_ref()?.access_modes.as_deref().unwrap_or_default();
    let has = spec.capacity.as_ref()?.get("storage").and_then(size)?;
    let does = wanted.iter().all(|mode| modes.contains(mode))
        && claimed.size().is_some_and(|wants| if item.is_beside(claimed.item) { wants <= has } else { wants == has });
    does.then_some((item, volume))
}
