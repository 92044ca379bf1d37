//! `namespace-misspelt`: a namespace is spelt otherwise.

use super::{Findings, Rule, Severity, Versions};
use std::collections::BTreeSet;

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

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.sets_namespaces() {
        return;
    }
    let made: BTreeSet<&str> = scope.all::<Namespace>().map(|(item, _)| item.name()).collect();
    for (item, _) in scope.all::<Namespace>() {
        let name = item.name();
        let near: Vec<Item<'_>> = scope.items().iter().copied().filter(|other| other.is_near(item)).collect();
        let used: BTreeSet<&str> = near.iter().filter_map(|other| other.namespace()).collect();
        let mut others = used.iter().copied().filter(|other| !made.contains(other) && is_slip(other, name));
        let Some(other) = others.next().filter(|_| others.next().is_none()) else { continue };
        let of = |namespace: &str| near.iter().filter(|item| item.namespace() == Some(namespace)).collect::<Vec<_>>();
        let (here, there) = (of(name), of(other));
        let concerns = |items: &[&Item<'_>]| items.iter().any(|item| scope.concerns_ollama(**item));
        if !concerns(&here) && !concerns(&there) || name.contains(['$', '{']) || other.contains(['$', '{']) {
            continue;
        }
        if here.is_empty() {
            let message = format!("no object is in `{name}`, and nothing here makes `{other}`, where they are");
            let finding = findings.add(item, "metadata.name", message, format!("write name: {other}"));
            finding.also(*there[0], "metadata.namespace", "the first of them");
        } else {
            for lost in there {
                let message = format!("nothing here makes a namespace `{other}`: the others are in `{name}`");
                findings.add(*lost, "metadata.namespace", message, format!("write namespace: {name}"));
            }
        }
    }
}
