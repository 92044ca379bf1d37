//! `kustomize-patch-inline`: the name of a file stands where a patch is to stand.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-patch-inline",
    severity: Severity::Error,
    summary: "the name of a file stands where a patch is to stand",
    versions: Versions::All,
    docs: include_str!("kustomize_patch_inline.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let kustomizations = scope.custom("Kustomization", "kustomize.config.k8s.io/");
    for (item, tree) in kustomizations.filter(|(item, _)| scope.concerns_ollama(*item)) {
        for (at, patch) in tree.get("patches").map_or(&[][..], Node::items).iter().enumerate() {
            let Some(text) = patch.get("patch").and_then(Node::text) else { continue };
            let is_file =
                !text.contains(['\n', ':', ' ']) && [".yaml", ".yml", ".json"].iter().any(|end| text.ends_with(end));
            if is_file {
                let message =
                    format!("`patch` is the patch itself, and `{text}` is none: kustomize ends with an error");
                findings.add(item, format!("patches[{at}].patch"), message, format!("write path: {text}"));
            }
        }
    }
}
