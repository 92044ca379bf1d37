//! `kustomize-source-moved`: a kustomization moves a source of charts away from its release.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope, SourceRef, is_variable, source_refs};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-source-moved",
    severity: Severity::Error,
    summary: "a kustomization moves a source of charts away from its release",
    versions: Versions::All,
    docs: include_str!("kustomize_source_moved.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (by, tree) in scope.custom("Kustomization", "kustomize.config.k8s.io/") {
        let Some(namespace) = tree.get("namespace").and_then(Node::text).filter(|text| !text.contains(['$', '{']))
        else {
            continue;
        };
        // What else changes names and references is not followed, and an outer one has the last word.
        let changes = ["replacements", "vars", "configurations", "transformers"];
        let others = scope
            .custom("Kustomization", "kustomize.config.k8s.io/")
            .filter(|(_, other)| other.origin.source != tree.origin.source && other.get("namespace").is_some());
        if changes.iter().any(|key| tree.get(key).is_some()) || others.count() > 0 {
            continue;
        }
        let texts =
            scope.reached.iter().filter(|(source, _)| *source == tree.origin.source).flat_map(|(_, texts)| texts);
        let texts: Vec<_> = texts.collect();
        let is_moved = |item: &Item<'_>| item.tree.is_some_and(|tree| texts.contains(&&tree.origin.source));
        for (item, _) in scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/") {
            if !is_moved(&item) || !scope.concerns_ollama(item) {
                continue;
            }
            for SourceRef { way, kind, name, namespace: said } in source_refs(item) {
                let found = scope.of_name(kind, name).find(is_moved);
                let is_there = || {
                    let mut all = scope.of_name(kind, name);
                    all.any(|one| !is_moved(&one) && one.namespace() == Some(said))
                };
                if let Some(found) = found.filter(|_| said != namespace && !is_variable(said) && !is_there()) {
                    let message = format!(
                        "kustomize moves {kind} `{name}` to `{namespace}`, and the release looks for it in `{said}`"
                    );
                    findings
                        .add(
                            item,
                            format!("{way}.namespace"),
                            message,
                            format!("write namespace: {namespace}, or leave it out"),
                        )
                        .also(found, "metadata.name", "moved")
                        .also(by, "namespace", "moves it");
                }
            }
        }
    }
}
