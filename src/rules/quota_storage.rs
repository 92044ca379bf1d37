//! `quota-storage`: the claims ask for more than their quota allows.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::{PersistentVolumeClaim, ResourceQuota};
use crate::scope::{Item, Scope, asked_storage, milli, written};

pub(super) const RULE: Rule = Rule {
    id: "quota-storage",
    severity: Severity::Error,
    summary: "the claims ask for more than their quota allows",
    versions: Versions::All,
    docs: include_str!("quota_storage.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let Some(spec) = quota.spec.as_ref().filter(|spec| spec.scopes.is_none() && spec.scope_selector.is_none())
        else {
            continue;
        };
        let hard: Vec<_> =
            spec.hard.iter().flatten().filter_map(|(key, most)| Some((key, Key::of(key)?, milli(most)?))).collect();
        if hard.is_empty() {
            continue;
        }
        let claims = claims(scope, item);
        for (name, key, allowed) in hard {
            let counted: Vec<_> =
                claims.iter().filter_map(|claimed| Some((claimed, key.of_claim(claimed.claim)?))).collect();
            let need = counted
                .iter()
                .fold(0_u128, |sum, (claimed, one)| sum.saturating_add(one.saturating_mul(claimed.times)));
            let ours = counted.iter().filter(|(claimed, _)| scope.is_about_ollama(claimed.item));
            if need <= allowed {
                continue;
            }
            let Some((largest, _)) = ours.max_by_key(|(claimed, one)| one.saturating_mul(claimed.times)) else {
                continue;
            };
            findings
                .add(
                    item,
                    format!("spec.hard.{name}"),
                    format!(
                        "all claims together take {} of {name}, and {} is allowed",
                        written(need),
                        written(allowed)
                    ),
                    format!("raise {name} to {}, or ask for less", written(need)),
                )
                .also(largest.item, largest.path.clone(), "asks for the most");
        }
    }
}

/// What a key counts of claims: bytes or the claims themselves, of a class or of all.
struct Key<'k> {
    class: Option<&'k str>,
    is_storage: bool,
}

impl<'k> Key<'k> {
    fn of(key: &'k str) -> Option<Self> {
        let (class, what) = match key.split_once(".storageclass.storage.k8s.io/") {
            Some((class, what)) => (Some(class), what),
            None => (None, key.strip_prefix("count/").unwrap_or(key)),
        };
        matches!(what, "requests.storage" | "persistentvolumeclaims")
            .then_some(Self { class, is_storage: what == "requests.storage" })
    }

    fn of_claim(&self, claim: &PersistentVolumeClaim) -> Option<u128> {
        let named = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
        if self.class.is_some_and(|class| named != Some(class)) {
            return None;
        }
        if self.is_storage { milli(asked_storage(claim)?) } else { Some(1000) }
    }
}

/// A claim of a namespace, or as many as a `StatefulSet` makes.
struct Asked<'a> {
    item: Item<'a>,
    path: String,
    claim: &'a PersistentVolumeClaim,
    times: u128,
}

fn claims<'a>(scope: &Scope<'a>, quota: Item<'a>) -> Vec<Asked<'a>> {
    let mut claims = Vec::new();
    for item in scope.in_space(quota) {
        match item.object {
            Object::PersistentVolumeClaim(claim) => {
                claims.push(Asked { item, path: "spec.resources.requests.storage".to_owned(), claim, times: 1 });
            }
            Object::StatefulSet(_) => {
                let Some(workload) = scope.workload(item) else { continue };
                let times = u128::from(scope.least_pods(workload));
                let templates = workload.stateful_set().and_then(|set| set.volume_claim_templates.as_ref());
                for (at, claim) in templates.into_iter().flatten().enumerate() {
                    let path = format!("spec.volumeClaimTemplates[{at}].spec.resources.requests.storage");
                    claims.push(Asked { item, path, claim, times });
                }
            }
            _ => {}
        }
    }
    claims
}
