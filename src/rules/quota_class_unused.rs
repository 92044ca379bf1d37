//! `quota-class-unused`: a quota counts a storage class that no claim names.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::{PersistentVolumeClaim, ResourceQuota};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "quota-class-unused",
    severity: Severity::Warning,
    summary: "a quota counts a storage class that no claim names",
    versions: Versions::All,
    docs: include_str!("quota_class_unused.md"),
    check,
};

const CLASS: &str = ".storageclass.storage.k8s.io/";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let keys = quota.spec.iter().flat_map(|spec| spec.hard.iter().flatten());
        let of_classes: Vec<_> =
            keys.filter_map(|(key, most)| Some((key, key.split_once(CLASS)?.0, &most.0))).collect();
        if of_classes.is_empty() {
            continue;
        }
        let mut named = Vec::new();
        for other in scope.in_space(item).into_iter().filter(|other| scope.is_about_ollama(*other)) {
            match other.object {
                Object::PersistentVolumeClaim(claim) => named.push(class(claim)),
                Object::StatefulSet(set) => {
                    let spec = set.spec.as_ref();
                    named.extend(
                        spec.and_then(|spec| spec.volume_claim_templates.as_ref()).into_iter().flatten().map(class),
                    );
                }
                _ => {}
            }
        }
        let Some(used) = named.first().copied().flatten() else { continue };
        let is_other = |named: &str| !named.is_empty() && of_classes.iter().all(|(_, class, _)| *class != named);
        if !named.iter().all(|named| named.is_some_and(is_other)) {
            continue;
        }
        for (key, class, most) in of_classes {
            if most.as_str() != "0" {
                findings.add(
                    item,
                    format!("spec.hard.{key}"),
                    format!(
                        "no claim names the class `{class}`: this counts nothing of the claims, which name `{used}`"
                    ),
                    format!("write {}", key.replacen(class, used, 1)),
                );
            }
        }
    }
}

fn class(claim: &PersistentVolumeClaim) -> Option<&str> {
    claim.spec.as_ref()?.storage_class_name.as_deref()
}
