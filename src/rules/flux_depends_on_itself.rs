//! `flux-depends-on-itself`: what Flux is to apply waits for itself.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "flux-depends-on-itself",
    severity: Severity::Error,
    summary: "what Flux is to apply waits for itself",
    versions: Versions::All,
    docs: include_str!("flux_depends_on_itself.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (kind, group) in [("HelmRelease", "helm.toolkit.fluxcd.io/"), ("Kustomization", "kustomize.toolkit.fluxcd.io/")]
    {
        let all: Vec<Item<'_>> = scope.custom(kind, group).map(|(item, _)| item).collect();
        for item in all.iter().filter(|item| scope.concerns_ollama(**item)) {
            for (number, (name, namespace)) in needs(*item).enumerate() {
                let path = format!("spec.dependsOn[{number}].name");
                let is_here = |other: &Item<'_>| namespace.or(item.namespace()) == other.namespace();
                if name == item.name() && is_here(item) {
                    let message = format!("{} waits for itself: it is never applied", item.object.reference());
                    findings.add(*item, path, message, "leave it out, or name what it needs");
                    continue;
                }
                let other = all.iter().find(|other| other.name() == name && is_here(other));
                let is_back = |other: &Item<'_>| {
                    needs(*other)
                        .any(|(back, space)| back == item.name() && space.or(other.namespace()) == item.namespace())
                };
                if let Some(other) = other.filter(|other| is_back(other)) {
                    let message = format!("{} waits for it as well: neither is ever applied", other.object.reference());
                    findings.add(*item, path, message, "leave one of the two out").also(
                        *other,
                        "spec.dependsOn",
                        "waits for this one",
                    );
                }
            }
        }
    }
}

/// What an object waits for: names, and namespaces where they are written.
fn needs(item: Item<'_>) -> impl Iterator<Item = (&str, Option<&str>)> {
    let list = item.at(&["spec", "dependsOn"]).map(Node::items).unwrap_or_default();
    list.iter().map(|node| {
        (node.get("name").and_then(Node::text).unwrap_or_default(), node.get("namespace").and_then(Node::text))
    })
}
