//! `pv-class-mismatch`: a claim names a volume that it cannot be bound to.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PersistentVolumeSpec;
use crate::scope::{Claimed, Scope, size};

pub(super) const RULE: Rule = Rule {
    id: "pv-class-mismatch",
    severity: Severity::Error,
    summary: "a claim names a volume that it cannot be bound to",
    versions: Versions::All,
    docs: include_str!("pv_class_mismatch.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for claimed in scope.model_claims() {
        let Some((item, volume)) = claimed.volume(scope) else { continue };
        let Some(spec) = &volume.spec else { continue };
        if let Some((field, other, message, help)) = difference(&claimed, spec, item.name()) {
            findings.add(claimed.item, claimed.path(field), message, help).also(item, other, "the volume");
        }
    }
}

/// What keeps a claim from its volume: the field of the claim and of the volume, what is true, what to write.
fn difference(
    claimed: &Claimed<'_>,
    volume: &PersistentVolumeSpec,
    name: &str,
) -> Option<(&'static str, &'static str, String, String)> {
    let spec = claimed.claim.spec.as_ref()?;
    if let Some(kept) = &volume.claim_ref {
        let is_other = |kept: Option<&str>, own: Option<&str>| kept.zip(own).is_some_and(|(kept, own)| kept != own);
        let by_name = claimed.template.is_none() && is_other(kept.name.as_deref(), Some(claimed.name()));
        // What is kept for this claim is bound, whatever else it says.
        return (by_name || is_other(kept.namespace.as_deref(), claimed.item.namespace())).then(|| {
            let other = kept.name.as_deref().unwrap_or_default();
            let message = format!("`{name}` is kept for the claim `{other}`: this one stays Pending");
            ("spec.volumeName", "spec.claimRef", message, "name the claim in the volume's claimRef".into())
        });
    }
    let class = volume.storage_class_name.as_deref().unwrap_or_default();
    let asked = spec.storage_class_name.as_deref();
    if let Some(asked) = asked.filter(|asked| *asked != class) {
        let message =
            format!("the class is \"{asked}\", and that of the volume `{name}` is \"{class}\": they never bind");
        let help = format!("set storageClassName: \"{class}\"");
        return Some(("spec.storageClassName", "spec.storageClassName", message, help));
    }
    let modes = volume.access_modes.as_deref().unwrap_or_default();
    if let Some(mode) = spec.access_modes.iter().flatten().find(|mode| !modes.contains(mode)) {
        let message = format!("the volume `{name}` does not offer {mode}: they never bind");
        let help = format!("set accessModes: [{}]", modes.join(", "));
        return Some(("spec.accessModes", "spec.accessModes", message, help));
    }
    let has = volume.capacity.as_ref().and_then(|capacity| capacity.get("storage")).and_then(size)?;
    let wants = claimed.size().filter(|wants| *wants > has)?;
    let message = format!("{wants} are asked for, and the volume `{name}` has {has}: they never bind");
    Some(("spec.resources.requests.storage", "spec.capacity.storage", message, format!("set storage: {has}")))
}
