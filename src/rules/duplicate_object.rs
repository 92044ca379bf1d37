//! `duplicate-object`: two objects have one name.

use std::collections::HashMap;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope, Workload};
use crate::tree::{Node, Value};

pub(super) const RULE: Rule = Rule {
    id: "duplicate-object",
    severity: Severity::Error,
    summary: "two objects have one name",
    versions: Versions::All,
    docs: include_str!("duplicate_object.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let listed_by = scope.listed();
    let mut first: HashMap<_, Item<'_>> = HashMap::new();
    for item in scope.items() {
        let Some(tree) = item.tree.filter(|_| !item.name().is_empty() && scope.is_ollamas(*item)) else { continue };
        if scope.workload(*item).is_some_and(Workload::is_piece) {
            continue;
        }
        let version = tree.get("apiVersion").and_then(Node::text).unwrap_or_default();
        let group = version.split_once('/').map_or("", |(group, _)| group);
        let listed = listed_by.get(&tree.origin.source).copied();
        let unit = listed.unwrap_or(tree.origin.source);
        let key = (unit.0, group, item.object.kind(), item.namespace(), item.name());
        let Some(other) = first.insert(key, *item) else { continue };
        let is_harmless = listed.is_none() && other.tree.is_some_and(|other| is_same(other, tree));
        if is_harmless {
            continue;
        }
        let name = item.object.reference();
        let message = match listed {
            Some(_) => format!("{name} is there twice: kustomize refuses the second"),
            None => format!("{name} is there twice: the second replaces the first"),
        };
        findings.add(*item, "metadata.name", message, "give one of them another name, or write one object").also(
            other,
            "metadata.name",
            "here as well",
        );
    }
}

/// Whether two values say the same, wherever they stand.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Scalar(one), Value::Scalar(other)) => one.text == other.text,
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Mapping(one), Value::Mapping(entries)) => {
            let has = |key: &str, value: &Node| other.get(key).is_some_and(|other| is_same(value, other));
            one.len() == entries.len() && one.iter().all(|entry| has(&entry.key, &entry.value))
        }
        _ => false,
    }
}
