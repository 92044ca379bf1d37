//! `quota-gpu-prefix`: a quota counts nothing by this key.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ResourceQuota;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "quota-gpu-prefix",
    severity: Severity::Error,
    summary: "a quota counts nothing by this key",
    versions: Versions::All,
    docs: include_str!("quota_gpu_prefix.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let keys = quota.spec.iter().filter_map(|spec| spec.hard.as_ref()).flat_map(|hard| hard.keys());
        let wrong: Vec<(&str, String)> = keys.filter_map(|key| Some((key.as_str(), counted_instead(key)?))).collect();
        if wrong.is_empty() || !scope.is_about_ollama(item) {
            continue;
        }
        for (key, instead) in wrong {
            findings.add(
                item,
                format!("spec.hard.{key}"),
                format!("Kubernetes takes `{key}` and counts nothing by it: nothing is ever refused"),
                format!("write {instead}"),
            );
        }
    }
}

/// The key by which is counted what a key without effect is meant to count; nothing for a key that has an effect.
fn counted_instead(key: &str) -> Option<String> {
    let (front, name) = key.split_once('/')?;
    if front == "count" {
        let group = match name {
            "deployments" | "statefulsets" | "daemonsets" | "replicasets" => "apps",
            "jobs" | "cronjobs" => "batch",
            "ingresses" | "networkpolicies" => "networking.k8s.io",
            "horizontalpodautoscalers" => "autoscaling",
            "poddisruptionbudgets" => "policy",
            _ => return None,
        };
        return Some(format!("{key}.{group}"));
    }
    if let Some(class) = front.strip_suffix(".storageclass.storage.k8s.io") {
        let is_counted = matches!(name, "requests.storage" | "persistentvolumeclaims");
        return (!is_counted).then(|| format!("{class}.storageclass.storage.k8s.io/requests.storage"));
    }
    let is_counted = front.starts_with("requests.") || front.ends_with(".deviceclass.resource.k8s.io");
    (!is_counted).then(|| format!("requests.{}", key.trim_start_matches("limits.").trim_start_matches("request.")))
}
