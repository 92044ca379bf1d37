//! `argo-source`: Argo CD cannot tell what to apply, or where.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope, argo_sources};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "argo-source",
    severity: Severity::Error,
    summary: "Argo CD cannot tell what to apply, or where",
    versions: Versions::All,
    docs: include_str!("argo_source.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, tree) in scope.custom("Application", "argoproj.io/").filter(|(item, _)| scope.concerns_ollama(*item)) {
        let Some(spec) = tree.get("spec").filter(|_| !scope.may_be_patch(item)) else { continue };
        for (at, finalizer) in item.at(&["metadata", "finalizers"]).map_or(&[][..], Node::items).iter().enumerate() {
            const KNOWN: &str = "resources-finalizer.argocd.argoproj.io";
            let text = finalizer.text().unwrap_or_default();
            let base = text.split('/').next().unwrap_or_default();
            if base != KNOWN && strsim::osa_distance(base, KNOWN) <= 3 {
                let message = format!("nobody takes the finalizer `{text}` away: the Application is never deleted");
                findings.add(item, format!("metadata.finalizers[{at}]"), message, format!("write {KNOWN}"));
            }
        }
        for (way, source) in argo_sources(item) {
            of_source(item, source, &way, way != "spec.source", findings);
        }
        if spec.get("source").is_some() && spec.get("sources").is_some_and(|sources| !sources.items().is_empty()) {
            let message = "there are `sources` as well: Argo CD passes over this one";
            findings.add(item, "spec.source", message, "move it into the list of sources");
        }
        if ["source", "sources", "sourceHydrator"].iter().all(|key| spec.get(key).is_none()) {
            findings.add(item, "spec.source", "an Application without a source", "add source: {repoURL: …, path: …}");
        }
        let to = |key: &str| spec.get("destination").and_then(|to| to.get(key)).is_some_and(|node| !is_empty(node));
        if to("name") && to("server") {
            let message = "the cluster is named and addressed: Argo CD refuses it";
            findings.add(item, "spec.destination.name", message, "leave name or server out");
        } else if spec.get("destination").is_some() && !to("name") && !to("server") {
            let message = "the cluster is neither named nor addressed: Argo CD refuses it";
            findings.add(item, "spec.destination", message, "add server: https://kubernetes.default.svc");
        }
    }
}

fn is_empty(node: &Node) -> bool {
    node.text().is_some_and(str::is_empty) || node.is_null()
}

fn of_source(item: Item<'_>, source: &Node, way: &str, may_be_named: bool, findings: &mut Findings) {
    let has = |key: &str| source.get(key).is_some_and(|node| !is_empty(node));
    if source.entries().is_empty() {
        return;
    }
    let text = |key: &str| source.get(key).and_then(Node::text).unwrap_or_default();
    if text("path").starts_with('/') {
        let message = "the path begins with a slash: Argo CD refuses it";
        findings.add(
            item,
            format!("{way}.path"),
            message,
            format!("write path: {}", text("path").trim_start_matches('/')),
        );
    }
    if let Some(rest) = text("repoURL").strip_prefix("git@").filter(|rest| !rest.contains(':')) {
        let message = "the address has no colon behind its host: git finds no repository there";
        findings.add(item, format!("{way}.repoURL"), message, format!("write git@{}", rest.replacen('/', ":", 1)));
    }
    if !(has("path") || has("chart") || may_be_named && has("ref")) {
        let message = "the source has no path and no chart: Argo CD refuses it";
        findings.add(
            item,
            format!("{way}.path"),
            message,
            "add the path of the manifests in the repository, or the chart",
        );
    } else if has("chart") && !has("targetRevision") {
        let message = "a chart without its version: Argo CD refuses it";
        findings.add(
            item,
            format!("{way}.targetRevision"),
            message,
            "add targetRevision with the version of the chart",
        );
    }
}
