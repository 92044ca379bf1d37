//! `reference-misspelt`: an object names another one that is spelt otherwise.

use std::collections::BTreeSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Likeness, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "reference-misspelt",
    severity: Severity::Warning,
    summary: "an object names another one that is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("reference_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let named: BTreeSet<(&str, &str)> = scope
        .items()
        .iter()
        .flat_map(|item| references(*item).into_iter().map(|(kind, _, name)| (kind, name)))
        .collect();
    for item in scope.items() {
        for (kind, path, name) in references(*item) {
            if !scope.concerns_ollama(*item) {
                continue;
            }
            let is_free = |other: Item<'_>| other.is_near(*item) && !named.contains(&(kind, other.name()));
            let meant = scope.meant(kind, name, |other, likeness| likeness == Likeness::Slip || is_free(other));
            let Some(meant) = meant else { continue };
            let key = path.rsplit('.').next().unwrap_or_default().to_owned();
            findings
                .add(
                    *item,
                    path,
                    format!("no {kind} is called `{name}`; there is `{}`", meant.name()),
                    format!("set {key}: {}", meant.name()),
                )
                .also(meant, "metadata.name", "this one");
        }
    }
}

/// The objects that a custom resource names: kind, way and name.
fn references(item: Item<'_>) -> Vec<(&str, String, &str)> {
    let lists: &[(&[&str], &'static str)] = match item.object.kind() {
        "HelmRelease" => &[
            (&["spec", "chart", "spec", "sourceRef"], ""),
            (&["spec", "chartRef"], ""),
            (&["spec", "dependsOn"], "HelmRelease"),
            (&["spec", "valuesFrom"], ""),
        ],
        "Kustomization" => {
            &[(&["spec", "sourceRef"], ""), (&["spec", "healthChecks"], ""), (&["spec", "dependsOn"], "Kustomization")]
        }
        "ScaledObject" | "HorizontalPodAutoscaler" => &[(&["spec", "scaleTargetRef"], "Deployment")],
        "HTTPRoute" => &[(&["spec", "parentRefs"], "Gateway")],
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (keys, otherwise) in lists {
        let Some(node) = item.at(keys) else { continue };
        let way = keys.join(".");
        let nodes = node.items().iter().enumerate().map(|(number, node)| (node, format!("{way}[{number}].name")));
        let only = node.items().is_empty().then(|| (node, format!("{way}.name")));
        for (node, path) in nodes.chain(only) {
            let kind = node.get("kind").and_then(Node::text).unwrap_or(otherwise);
            found.extend(node.get("name").and_then(Node::text).map(|name| (kind, path, name)));
        }
    }
    found
}
