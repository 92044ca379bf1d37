//! `quota-key`: the API server refuses a quota with this key.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ResourceQuota;
use crate::scope::{Scope, is_variable};
use crate::tree::nearest;

pub(super) const RULE: Rule = Rule {
    id: "quota-key",
    severity: Severity::Error,
    summary: "the API server refuses a quota with this key",
    versions: Versions::All,
    docs: include_str!("quota_key.md"),
    check,
};

/// What a quota may count without a slash.
const KEYS: [&str; 19] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let keys = quota.spec.iter().filter_map(|spec| spec.hard.as_ref()).flat_map(|hard| hard.keys());
        let wrong: Vec<&String> = keys.filter(|key| is_refused(key)).collect();
        if wrong.is_empty() || !scope.is_about_ollama(item) {
            continue;
        }
        for key in wrong {
            findings.add(
                item,
                format!("spec.hard.{key}"),
                format!("`{key}` is nothing that a quota counts"),
                format!("write {}", instead(key)),
            );
        }
    }
}

fn is_refused(key: &str) -> bool {
    let is_huge = key.trim_start_matches("requests.").starts_with("hugepages-");
    !key.contains('/') && !is_huge && !is_variable(key) && !KEYS.contains(&key)
}

fn instead(key: &str) -> String {
    match key.rsplit('.').next().unwrap_or(key) {
        "gpu" | "gpus" => "requests.nvidia.com/gpu, with the full name of the resource".to_owned(),
        "storage" => "requests.storage".to_owned(),
        "pvc" | "pvcs" => "persistentvolumeclaims".to_owned(),
        kind @ ("deployments" | "statefulsets" | "daemonsets") => format!("count/{kind}.apps"),
        kind @ ("jobs" | "cronjobs") => format!("count/{kind}.batch"),
        _ => nearest(key, &KEYS).unwrap_or("requests.memory, limits.cpu, pods").to_owned(),
    }
}
