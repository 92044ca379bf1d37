//! `kustomize-literal`: kustomize refuses a literal of a generator.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-literal",
    severity: Severity::Error,
    summary: "kustomize refuses a literal of a generator",
    versions: Versions::All,
    docs: include_str!("kustomize_literal.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let kustomizations = scope.custom("Kustomization", "kustomize.config.k8s.io/");
    let parts = scope.custom("Component", "kustomize.config.k8s.io/");
    for (item, tree) in kustomizations.chain(parts).filter(|(item, _)| scope.concerns_ollama(*item)) {
        let generators = ["configMapGenerator", "secretGenerator"].into_iter().filter_map(|key| tree.get(key));
        let literals = generators.flat_map(Node::items).filter_map(|generator| generator.get("literals"));
        for literal in literals.flat_map(Node::items) {
            let Some(text) = literal.text().filter(|text| !text.contains('$')) else { continue };
            if text.contains('=') {
                continue;
            }
            let help = match text.split_once(':') {
                Some((key, value)) => format!("write {}={}", key.trim(), value.trim()),
                None => format!("write {text}= and the value"),
            };
            findings.add_at(Some(item), literal.origin, format!("`{text}` has no `=`: kustomize refuses it"), help);
        }
    }
}
