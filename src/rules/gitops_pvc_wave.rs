//! `gitops-pvc-wave`: Argo CD waits for a claim that waits for a later wave.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{PersistentVolumeClaim, StorageClass};
use crate::scope::{Item, Scope};

pub(super) const RULE: Rule = Rule {
    id: "gitops-pvc-wave",
    severity: Severity::Error,
    summary: "Argo CD waits for a claim that waits for a later wave",
    versions: Versions::All,
    docs: include_str!("gitops_pvc_wave.md"),
    check,
};

/// Argo CD's word for the order of objects.
const WAVE: &str = "argocd.argoproj.io/sync-wave";
/// The class that k3s brings along; it waits for the first pod.
const LOCAL_PATH: &str = "local-path";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, claim) in scope.all::<PersistentVolumeClaim>() {
        let class = claim.spec.as_ref().and_then(|spec| spec.storage_class_name.as_deref());
        let Some(class) = class.filter(|class| waits(scope, item, class)) else { continue };
        let users = scope.users(item);
        let Some(user) =
            users.iter().min_by_key(|user| wave(user.item)).filter(|_| users.iter().any(|user| is_ours(user)))
        else {
            continue;
        };
        let (own, first) = (wave(item), wave(user.item));
        if own < first && user.item.annotation("argocd.argoproj.io/hook").is_none() {
            findings
                .add(
                    item,
                    format!("metadata.annotations.{WAVE}"),
                    format!("class {class} binds when a pod comes, and Argo CD starts the pods of wave {first} when wave {own} is bound"),
                    format!("give the claim the wave of its pods: {WAVE}: \"{first}\""),
                )
                .also(user.item, format!("metadata.annotations.{WAVE}"), "the first pod that mounts it");
        }
    }
}

fn is_ours(workload: &crate::scope::Workload<'_>) -> bool {
    workload.about != crate::scope::About::Other
}

/// The wave of an object; 0 where nothing is said.
fn wave(item: Item<'_>) -> i32 {
    item.annotation(WAVE).and_then(|wave| wave.trim().parse().ok()).unwrap_or(0)
}

/// Whether a class binds no volume before a pod comes.
fn waits<'a>(scope: &Scope<'a>, from: Item<'a>, class: &str) -> bool {
    match scope.find::<StorageClass>(from, class) {
        Some((_, class)) => class.volume_binding_mode.as_deref() == Some("WaitForFirstConsumer"),
        None => class == LOCAL_PATH,
    }
}
