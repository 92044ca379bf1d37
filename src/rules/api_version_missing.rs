//! `api-version-missing`: an object does not say what it is.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "api-version-missing",
    severity: Severity::Error,
    summary: "an object does not say what it is",
    versions: Versions::All,
    docs: include_str!("api_version_missing.md"),
    check,
};

/// Kinds that are surely Kubernetes' own.
const KINDS: [&str; 11] = [
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Namespace",
    "PersistentVolumeClaim",
    "Secret",
    "Service",
    "StatefulSet",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for node in scope.others {
        let has_name = node.get("metadata").and_then(|metadata| metadata.get("name")).is_some();
        let kind = node.get("kind").and_then(Node::text);
        let api = node.get("apiVersion").and_then(Node::text);
        let missing = match (api, kind) {
            (None, Some(kind)) if KINDS.contains(&kind) => "apiVersion",
            (Some("v1" | "apps/v1" | "batch/v1" | "networking.k8s.io/v1"), None) => "kind",
            _ => continue,
        };
        if has_name && scope.says_ollama(node.origin) {
            let at = node.spot("metadata").origin;
            findings.add_at(
                None,
                at,
                format!("no `{missing}` is written, so kubectl does not take it for an object"),
                format!("add {missing}: at the top"),
            );
        }
    }
}
