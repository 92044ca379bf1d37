//! `annotation-misspelt`: an annotation is spelt otherwise, so that nobody reads it.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::INGRESS_CONTROLLERS;
use crate::scope::{Scope, closest};

pub(super) const RULE: Rule = Rule {
    id: "annotation-misspelt",
    severity: Severity::Warning,
    summary: "an annotation is spelt otherwise, so that nobody reads it",
    versions: Versions::All,
    docs: include_str!("annotation_misspelt.md"),
    check,
};

/// Annotations that stand on Ingresses, beside those of the controllers. Sources: kubernetes website
/// `reference/labels-annotations-taints`; cert-manager `docs/usage/ingress`.
const KNOWN: [&str; 4] = [
    "kubernetes.io/ingress.class",
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer",
    "external-dns.alpha.kubernetes.io/hostname",
];

/// More annotations of ingress-nginx that people write for Ollama. Source: ingress-nginx docs, annotations.md.
const NGINX: [&str; 6] = [
    "nginx.ingress.kubernetes.io/backend-protocol",
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    "nginx.ingress.kubernetes.io/proxy-connect-timeout",
    "nginx.ingress.kubernetes.io/rewrite-target",
    "nginx.ingress.kubernetes.io/ssl-redirect",
    "nginx.ingress.kubernetes.io/use-regex",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let known = || {
        let of_rows = INGRESS_CONTROLLERS
            .iter()
            .flat_map(|row| [row.timeouts, row.buffering, row.body, row.auth].into_iter().flatten().copied());
        of_rows.chain(KNOWN).chain(NGINX)
    };
    for door in scope.doors() {
        for key in door.item.object.metadata().annotations.iter().flatten().map(|(key, _)| key.as_str()) {
            if known().any(|known| known == key) {
                continue;
            }
            let old = key.strip_prefix("certmanager.k8s.io/");
            let old = old
                .filter(|name| matches!(*name, "issuer" | "cluster-issuer" | "issuer-kind"))
                .map(|name| format!("cert-manager.io/{name}"));
            let near = || closest(key, known(), 2).filter(|near| near.len() > 12).map(str::to_owned);
            if let Some(meant) = old.or_else(near) {
                let message = format!("nobody reads an annotation `{key}`");
                findings.add(door.item, format!("metadata.annotations.{key}"), message, format!("write {meant}"));
            }
        }
    }
}
