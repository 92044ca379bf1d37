//! `reference-misspelt`: a custom resource names another object that is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "reference-misspelt",
    severity: Severity::Warning,
    summary: "a custom resource names another object that is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("reference_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.kustomizations().any(|node| ["namePrefix", "nameSuffix"].iter().any(|key| node.get(key).is_some())) {
        return;
    }
    for item in scope.items() {
        for (kind, path, name) in references(*item) {
            if name.contains(['$', '{']) || scope.of_name(kind, name).next().is_some() || !scope.concerns_ollama(*item)
            {
                continue;
            }
            let Some(meant) = meant(scope, kind, name) else { continue };
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

/// The only object of a kind whose name is the same but for a letter or two.
fn meant<'a>(scope: &Scope<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
    let without_digits = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    let is_near = |other: &str| {
        let far = if name.len() < 8 { 1 } else { 2 };
        strsim::osa_distance(name, other) <= far
            && name.len() > 4
            && without_digits(name) != without_digits(other)
            && !other.starts_with(name)
            && !name.starts_with(other)
    };
    let mut near = scope.items().iter().filter(|item| item.object.kind() == kind && is_near(item.name()));
    let first = near.next()?;
    near.next().is_none().then_some(*first)
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
        "ScaledObject" => &[(&["spec", "scaleTargetRef"], "Deployment")],
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
