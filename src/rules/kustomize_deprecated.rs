//! `kustomize-deprecated`: a field of a kustomization that kustomize gives up.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-deprecated",
    severity: Severity::Info,
    summary: "a field of a kustomization that kustomize gives up",
    versions: Versions::All,
    docs: include_str!("kustomize_deprecated.md"),
    check,
};

/// The fields, and those that take their place. Source: kustomize api 0.21.1 `CheckDeprecatedFields`.
const FIELDS: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels, with includeSelectors: true"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let kustomizations = scope.custom("Kustomization", "kustomize.config.k8s.io/");
    let parts = scope.custom("Component", "kustomize.config.k8s.io/");
    for (item, tree) in kustomizations.chain(parts).filter(|(item, _)| scope.concerns_ollama(*item)) {
        for (field, instead) in FIELDS {
            if tree.get(field).is_some() {
                let message = format!("kustomize warns that `{field}` is deprecated");
                findings.add(item, field, message, format!("write {instead}"));
            }
        }
    }
}
