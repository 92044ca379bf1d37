//! `ingress-path`: the API server refuses the path of an Ingress.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Ingress;
use crate::scope::{Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "ingress-path",
    severity: Severity::Error,
    summary: "the API server refuses the path of an Ingress",
    versions: Versions::All,
    docs: include_str!("ingress_path.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, tree) in scope.custom("HTTPRoute", "gateway.networking.k8s.io/") {
        let rules = tree.get("spec").and_then(|spec| spec.get("rules")).map_or(&[][..], Node::items);
        let matches = rules.iter().flat_map(|rule| rule.get("matches").map_or(&[][..], Node::items));
        for path in matches.filter_map(|of| of.get("path")) {
            let is_pattern = path.get("type").and_then(Node::text) == Some("RegularExpression");
            let Some(value) = path.get("value").filter(|_| !is_pattern && scope.concerns_ollama(item)) else {
                continue;
            };
            let text = value.text().filter(|text| !text.starts_with('/') && !text.is_empty() && !is_variable(text));
            if let Some(text) = text {
                let message = format!("`{text}` does not begin with a slash: the API refuses it");
                findings.add_at(Some(item), value.origin, message, format!("write /{text}"));
            }
        }
    }
    for (item, ingress) in scope.all::<Ingress>().filter(|(item, _)| scope.is_ollamas(*item)) {
        let rules = ingress.spec.iter().flat_map(|spec| spec.rules.iter().flatten().enumerate());
        for (number, rule) in rules {
            for (at, path) in rule.http.iter().flat_map(|http| http.paths.iter().enumerate()) {
                let Some(text) = path.path.as_deref().filter(|text| !text.is_empty() && !is_variable(text)) else {
                    continue;
                };
                let place = format!("spec.rules[{number}].http.paths[{at}].path");
                if !text.starts_with('/') {
                    let message = format!("`{text}` does not begin with a slash: the API refuses it");
                    findings.add(item, place, message, format!("write /{text}"));
                } else if path.path_type != "ImplementationSpecific" && (text.contains("//") || text.contains("/./")) {
                    let message = format!("`{text}` is no path of pathType {}: the API refuses it", path.path_type);
                    findings.add(item, place, message, "write each slash once");
                }
            }
        }
    }
}
