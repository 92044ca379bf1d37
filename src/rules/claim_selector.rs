//! `claim-selector`: a claim looks for a volume by labels, and no volume has them.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PersistentVolume;
use crate::scope::{Class, Scope, chooses, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "claim-selector",
    severity: Severity::Warning,
    summary: "a claim looks for a volume by labels, and no volume has them",
    versions: Versions::All,
    docs: include_str!("claim_selector.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for claimed in scope.model_claims() {
        let Some(spec) = &claimed.claim.spec else { continue };
        let Some(selector) = spec.selector.as_ref().filter(|_| spec.volume_name.is_none()) else { continue };
        let makes = match claimed.class(scope) {
            Class::Own(..) | Class::Known(_) | Class::Default => {
                !claimed.class(scope).is(|provisioner| provisioner.manual)
            }
            Class::Empty | Class::Other(_) => false,
        };
        let is_filled =
            selector.match_labels.iter().flatten().any(|(key, value)| is_variable(key) || is_variable(value));
        if makes && !is_filled && !scope.all::<PersistentVolume>().any(|(item, _)| chooses(selector, item.labels())) {
            findings.add(
                claimed.item,
                claimed.path("spec.selector"),
                "a claim with a selector gets only volumes that are there already: none is made, and it stays Pending",
                "leave the selector out, or write a PersistentVolume with these labels",
            );
        }
    }
}
