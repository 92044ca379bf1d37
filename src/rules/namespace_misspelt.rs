//! `namespace-misspelt`: a namespace is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use std::collections::{BTreeMap, BTreeSet};

use crate::k8s::Namespace;
use crate::scope::{Item, Scope, is_slip};

pub(super) const RULE: Rule = Rule {
    id: "namespace-misspelt",
    severity: Severity::Warning,
    summary: "a namespace is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("namespace_misspelt.md"),
    check,
};

/// With more namespaces than that their names are numbers and the like, and nothing is a slip.
const MOST: usize = 32;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let made: BTreeSet<&str> = scope.all::<Namespace>().map(|(item, _)| item.name()).collect();
    if made.is_empty() || made.len() > MOST || scope.sets_namespaces() {
        return;
    }
    let mut lost: BTreeMap<&str, Vec<Item<'_>>> = BTreeMap::new();
    for item in scope.items() {
        if let Some(namespace) = item.namespace().filter(|own| !made.contains(own) && !own.contains(['$', '{'])) {
            lost.entry(namespace).or_default().push(*item);
        }
    }
    for (item, _) in scope.all::<Namespace>().filter(|(item, _)| !item.name().contains(['$', '{'])) {
        let name = item.name();
        let mut near = lost.iter().filter(|(other, items)| is_slip(other, name) && items[0].is_near(item));
        let Some((other, there)) = near.next().filter(|_| near.next().is_none()) else { continue };
        if !there.iter().any(|lost| scope.concerns_ollama(*lost)) {
            continue;
        }
        if scope.items().iter().any(|own| own.namespace() == Some(name)) {
            for lost in there {
                let message = format!("nothing here makes a namespace `{other}`: the others are in `{name}`");
                findings.add(*lost, "metadata.namespace", message, format!("write namespace: {name}"));
            }
        } else {
            let message = format!("no object is in `{name}`, and nothing here makes `{other}`, where they are");
            let finding = findings.add(item, "metadata.name", message, format!("write name: {other}"));
            finding.also(there[0], "metadata.namespace", "the first of them");
        }
    }
}
