//! `api-version`: no API server has this kind in this version.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::facts::{Version, removed_api};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "api-version",
    severity: Severity::Error,
    summary: "no API server has this kind in this version",
    versions: Versions::All,
    docs: include_str!("api_version.md"),
    check,
};

/// Kinds of Kubernetes itself, and where they are served in all releases from 1.28 on.
const SERVED: [(&str, &[&str]); 28] = [
    ("ClusterRole", &["rbac.authorization.k8s.io/v1"]),
    ("ClusterRoleBinding", &["rbac.authorization.k8s.io/v1"]),
    ("ConfigMap", &["v1"]),
    ("CronJob", &["batch/v1"]),
    ("DaemonSet", &["apps/v1"]),
    ("Deployment", &["apps/v1"]),
    ("Endpoints", &["v1"]),
    ("HorizontalPodAutoscaler", &["autoscaling/v1", "autoscaling/v2"]),
    ("Ingress", &["networking.k8s.io/v1"]),
    ("IngressClass", &["networking.k8s.io/v1"]),
    ("Job", &["batch/v1"]),
    ("LimitRange", &["v1"]),
    ("Namespace", &["v1"]),
    ("NetworkPolicy", &["networking.k8s.io/v1"]),
    ("PersistentVolume", &["v1"]),
    ("PersistentVolumeClaim", &["v1"]),
    ("Pod", &["v1"]),
    ("PodDisruptionBudget", &["policy/v1"]),
    ("PriorityClass", &["scheduling.k8s.io/v1"]),
    ("ReplicaSet", &["apps/v1"]),
    ("ResourceQuota", &["v1"]),
    ("Role", &["rbac.authorization.k8s.io/v1"]),
    ("RoleBinding", &["rbac.authorization.k8s.io/v1"]),
    ("Secret", &["v1"]),
    ("Service", &["v1"]),
    ("ServiceAccount", &["v1"]),
    ("StatefulSet", &["apps/v1"]),
    ("StorageClass", &["storage.k8s.io/v1"]),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items() {
        let Object::Custom(custom) = item.object else { continue };
        let (api, kind) = (custom.api_version.as_str(), custom.kind.as_str());
        let Some((path, message, help)) = fault(api, kind, scope.kubernetes) else { continue };
        if scope.concerns_ollama(*item) {
            findings.add(*item, path, message, help);
        }
    }
}

fn fault(api: &str, kind: &str, version: Option<Version>) -> Option<(&'static str, String, String)> {
    if let Some((row, gone)) = removed_api(api, kind).and_then(|row| Some((row, row.gone_from()?))) {
        let is_gone = gone <= version.unwrap_or(Version::OLDEST);
        let help = match row.replacement {
            "" => "leave it out: there is no such kind any more".to_owned(),
            replacement => format!("write apiVersion: {replacement}"),
        };
        return is_gone
            .then(|| ("apiVersion", format!("Kubernetes has no {kind} in {api} since {}", row.removed), help));
    }
    if !is_own_group(api) || api.contains(['$', '{']) {
        return None;
    }
    let (right, served) = SERVED.iter().find(|(known, _)| known.eq_ignore_ascii_case(kind))?;
    if *right != kind {
        return Some(("kind", format!("Kubernetes knows no kind `{kind}`"), format!("write kind: {right}")));
    }
    let best = served.last()?;
    (!served.contains(&api))
        .then(|| ("apiVersion", format!("Kubernetes has no {kind} in {api}"), format!("write apiVersion: {best}")))
}

/// Whether a group is one of Kubernetes itself, or no group at all: those of others have a dot in them.
fn is_own_group(api: &str) -> bool {
    let group = api.split_once('/').map_or("", |(group, _)| group);
    let own = ["networking.k8s.io", "storage.k8s.io", "rbac.authorization.k8s.io", "scheduling.k8s.io"];
    !group.contains('.') || own.contains(&group)
}
