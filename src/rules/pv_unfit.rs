//! `pv-unfit`: the volume that is meant for a claim does not fit it.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{PersistentVolume, PersistentVolumeSpec};
use crate::scope::{Claimed, Class, Item, Scope, chooses, is_slip, size};

pub(super) const RULE: Rule = Rule {
    id: "pv-unfit",
    severity: Severity::Error,
    summary: "the volume that is meant for a claim does not fit it",
    versions: Versions::All,
    docs: include_str!("pv_unfit.md"),
    check,
};

/// Words in the names of classes for which nobody makes volumes.
const BY_HAND: [&str; 4] = ["manual", "static", "local-storage", "no-provisioner"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.all::<PersistentVolume>().next().is_none() {
        return;
    }
    let claims = scope.model_claims();
    for claimed in &claims {
        let Some(spec) = claimed.claim.spec.as_ref().filter(|spec| spec.volume_name.is_none()) else { continue };
        if let Some((item, class)) = other_class(scope, claimed, &claims) {
            let own = spec.storage_class_name.as_deref().unwrap_or_default();
            let message = format!("the class is `{own}`, and that of the volume `{}` is `{class}`", item.name());
            let path = claimed.path("spec.storageClassName");
            let finding = findings.add(claimed.item, path, message, format!("set storageClassName: {class}"));
            finding.also(item, "spec.storageClassName", "the volume");
            continue;
        }
        let kept = kept(scope, claimed);
        let Some((item, volume)) = kept.or_else(|| only(scope, claimed, &claims)) else { continue };
        let name = item.name();
        let waits = if kept.is_some() && spec.storage_class_name.is_none() {
            "the claim never gets it"
        } else {
            "the claim stays Pending"
        };
        let has = volume.capacity.as_ref().and_then(|capacity| capacity.get("storage")).and_then(size);
        let modes = volume.access_modes.as_deref().unwrap_or_default();
        let mode = spec.access_modes.iter().flatten().find(|mode| !modes.contains(mode));
        let (path, other, message, help) = if let (Some(wants), Some(has)) = (claimed.size(), has)
            && wants > has
        {
            let message = format!("{wants} are asked for, and the volume `{name}` has {has}: {waits}");
            ("spec.resources.requests.storage", "spec.capacity.storage", message, format!("set storage: {has}"))
        } else if let Some(mode) = mode.filter(|_| !modes.is_empty()) {
            let message = format!("the volume `{name}` does not offer {mode}: {waits}");
            ("spec.accessModes", "spec.accessModes", message, format!("set accessModes: [{}]", modes.join(", ")))
        } else if let Some(selector) = spec.selector.as_ref().filter(|_| kept.is_none())
            && !chooses(selector, item.object.metadata().labels.as_ref())
        {
            let message = format!("the volume `{name}` has not the labels that the claim looks for: {waits}");
            let help = "give the volume these labels, or name it with volumeName".to_owned();
            ("spec.selector", "metadata.name", message, help)
        } else {
            continue;
        };
        findings.add(claimed.item, claimed.path(path), message, help).also(item, other, "the volume");
    }
}

/// The volume that is kept for a claim.
fn kept<'a>(scope: &Scope<'a>, claimed: &Claimed<'a>) -> Option<(Item<'a>, &'a PersistentVolumeSpec)> {
    let is_for = |volume: &PersistentVolumeSpec| {
        volume.claim_ref.as_ref().is_some_and(|kept| {
            let own = claimed.item.namespace();
            kept.name.as_deref() == Some(claimed.name())
                && kept.namespace.as_deref().zip(own).is_none_or(|(kept, own)| kept == own)
        })
    };
    let mut found = specs(scope, claimed).filter(|(_, spec)| is_for(spec) && claimed.template.is_none());
    found.next().filter(|_| found.next().is_none())
}

/// The only volume beside the only claim of a class for which nobody makes volumes.
fn only<'a>(
    scope: &Scope<'a>,
    claimed: &Claimed<'a>,
    claims: &[Claimed<'a>],
) -> Option<(Item<'a>, &'a PersistentVolumeSpec)> {
    let spec = claimed.claim.spec.as_ref()?;
    let class = spec.storage_class_name.as_deref()?;
    let is_by_hand = match claimed.class(scope) {
        Class::Default => false,
        Class::Empty => true,
        own @ (Class::Own(..) | Class::Known(_)) => own.is(|row| row.manual),
        Class::Other(name) => BY_HAND.iter().any(|word| name.contains(word)),
    };
    let is_of_class = |other: &&Claimed<'a>| {
        let own = other.claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
        own == Some(class)
    };
    if !(is_by_hand || spec.selector.is_some()) || claims.iter().filter(is_of_class).count() != 1 {
        return None;
    }
    let mut found = specs(scope, claimed).filter(|(_, volume)| {
        volume.claim_ref.is_none() && volume.storage_class_name.as_deref().unwrap_or_default() == class
    });
    found.next().filter(|_| found.next().is_none())
}

/// The only volume beside the only claim, where its class is spelt nearly like that of the claim.
fn other_class<'a>(scope: &Scope<'a>, claimed: &Claimed<'a>, claims: &[Claimed<'a>]) -> Option<(Item<'a>, &'a str)> {
    let Class::Other(class) = claimed.class(scope) else { return None };
    let mut found = specs(scope, claimed);
    let (item, volume) = found.next().filter(|_| found.next().is_none() && claims.len() == 1)?;
    let own = volume.storage_class_name.as_deref()?;
    (own != class && is_slip(own, class)).then_some((item, own))
}

/// The volumes in the folder of a claim.
fn specs<'a>(scope: &Scope<'a>, claimed: &Claimed<'a>) -> impl Iterator<Item = (Item<'a>, &'a PersistentVolumeSpec)> {
    let from = claimed.item;
    let near = scope.all::<PersistentVolume>().filter(move |(item, _)| item.is_near(from));
    near.filter_map(|(item, volume)| Some((item, volume.spec.as_ref()?)))
}
