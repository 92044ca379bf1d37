//! `selector-expression`: an expression of a selector has values where it takes none, or none where it takes some.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Item, Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "selector-expression",
    severity: Severity::Error,
    summary: "an expression of a selector has values where it takes none, or none where it takes some",
    versions: Versions::All,
    docs: include_str!("selector_expression.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items().iter().filter(|item| !matches!(item.object, Object::Custom(_))) {
        let Some(spec) = item.at(&["spec"]).filter(|_| scope.is_ollamas(*item)) else { continue };
        search(*item, spec, findings);
    }
}

fn search(item: Item<'_>, root: &Node, findings: &mut Findings) {
    let mut left = vec![root];
    while let Some(node) = left.pop() {
        left.extend(node.items());
        for entry in node.entries() {
            if matches!(entry.key.as_str(), "matchExpressions" | "matchFields") {
                entry.value.items().iter().for_each(|one| judge(item, one, findings));
            } else {
                left.push(&entry.value);
            }
        }
    }
}

fn judge(item: Item<'_>, one: &Node, findings: &mut Findings) {
    let Some(operator) = one.get("operator").and_then(Node::text) else { return };
    let values = one.get("values");
    let texts: Vec<&str> = values.map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
    // A text in place of a list is told by `wrong-type`.
    if values.is_some_and(|values| values.text().is_some() && !values.is_null()) {
        return;
    }
    let is_number = |text: &&str| is_variable(text) || text.parse::<i64>().is_ok();
    let (message, help) = match (operator, &texts[..]) {
        ("In" | "NotIn", []) => ("without values: the API refuses it", "add values: [...], or write operator: Exists"),
        ("Exists" | "DoesNotExist", [_, ..]) => {
            ("with values: the API refuses it", "leave the values out, or write operator: In")
        }
        ("Gt" | "Lt", [only]) if is_number(only) => return,
        ("Gt" | "Lt", _) => ("takes one whole number as its value: the API refuses it", "write values: [\"1\"]"),
        _ => return,
    };
    let at = values.filter(|_| !texts.is_empty()).and_then(|values| values.items().first());
    let at = at.or_else(|| one.get("operator")).map_or(one.origin, |node| node.origin);
    findings.add_at(Some(item), at, format!("`{operator}` {message}"), help);
}
