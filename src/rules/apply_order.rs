//! `apply-order`: a namespace is written behind what is in it.

use std::collections::HashMap;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Namespace;
use crate::scope::{Item, Scope};

pub(super) const RULE: Rule = Rule {
    id: "apply-order",
    severity: Severity::Warning,
    summary: "a namespace is written behind what is in it",
    versions: Versions::All,
    docs: include_str!("apply_order.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut last = None;
    for (namespace, _) in scope.all::<Namespace>() {
        last = Some(namespace.number);
    }
    let Some(last) = last else { return };
    let mut first: HashMap<_, Item<'_>> = HashMap::new();
    for item in scope.items().iter().take(last).filter(|item| scope.is_ollamas(**item)) {
        if let (Some(tree), Some(namespace)) = (item.tree, item.namespace()) {
            first.entry((tree.origin.source.0, namespace)).or_insert(*item);
        }
    }
    for (namespace, _) in scope.all::<Namespace>() {
        let Some(tree) = namespace.tree else { continue };
        let Some(early) = first.get(&(tree.origin.source.0, namespace.name())) else { continue };
        let is_sorted =
            scope.kustomizations().next().is_some() || namespace.annotation("argocd.argoproj.io/sync-wave").is_some();
        if early.number < namespace.number && !is_sorted {
            let message = format!(
                "{} stands before it: the first kubectl apply does not find the namespace",
                early.object.reference()
            );
            findings.add(namespace, "metadata.name", message, "move the Namespace to the top of the file").also(
                *early,
                "metadata.namespace",
                "needs it",
            );
        }
    }
}
