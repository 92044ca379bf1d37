//! `pss-restricted`: a pod does not meet the Pod Security level of its namespace.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, Versions};
use crate::facts::Version;
use crate::k8s::Namespace;
use crate::scope::{Level, Scope, breaches};

pub(super) const RULE: Rule = Rule {
    id: "pss-restricted",
    severity: Severity::Error,
    summary: "a pod does not meet the Pod Security level of its namespace",
    versions: Versions::All,
    docs: include_str!("pss_restricted.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut levels = BTreeMap::new();
    for (item, namespace) in scope.all::<Namespace>() {
        let label =
            |key: &str| namespace.metadata.labels.as_ref().and_then(|labels| labels.get(key)).map(String::as_str);
        let level = match label("pod-security.kubernetes.io/enforce") {
            Some("baseline") => Level::Baseline,
            Some("restricted") => Level::Restricted,
            _ => continue,
        };
        let pinned = label("pod-security.kubernetes.io/enforce-version");
        let pinned = pinned.and_then(|text| text.strip_prefix("v1.")?.parse().ok()).map(Version::minor);
        levels.insert(item.name(), (item, level, pinned.or(scope.kubernetes)));
    }
    if levels.is_empty() {
        return;
    }
    for workload in scope.workloads() {
        let Some((namespace, level, version)) = workload.item.namespace().and_then(|name| levels.get(name)) else {
            continue;
        };
        for breach in breaches(workload, *level, *version) {
            findings
                .add(
                    workload.item,
                    breach.path,
                    format!("the namespace refuses the pod: {}", breach.fault),
                    breach.help,
                )
                .also(*namespace, "metadata.labels.pod-security.kubernetes.io/enforce", "refuses it");
        }
    }
}
