//! `flux-values-from`: values are taken from a key that is not there.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{ConfigMap, Secret};
use crate::scope::Scope;
use crate::tree::{Node, nearest};

pub(super) const RULE: Rule = Rule {
    id: "flux-values-from",
    severity: Severity::Error,
    summary: "values are taken from a key that is not there",
    versions: Versions::All,
    docs: include_str!("flux_values_from.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, tree) in scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/") {
        let list = tree.get("spec").and_then(|spec| spec.get("valuesFrom")).map(Node::items).unwrap_or_default();
        for (number, node) in list.iter().enumerate().filter(|_| scope.concerns_ollama(item)) {
            let word = |key: &str| node.get(key).and_then(Node::text);
            let (Some(kind), Some(name)) = (word("kind"), word("name")) else { continue };
            // Source: helm-controller 1.6.3, `spec.valuesFrom`.
            let key = word("valuesKey").unwrap_or("values.yaml");
            let found = match kind {
                "ConfigMap" => scope.find::<ConfigMap>(item, name).map(|(map, data)| {
                    let text = data.data.iter().flatten().map(|(key, _)| key.as_str());
                    let binary = data.binary_data.iter().flatten().map(|(key, _)| key.as_str());
                    (map, text.chain(binary).collect::<Vec<_>>())
                }),
                "Secret" => scope.find::<Secret>(item, name).map(|(secret, data)| {
                    let text = data.string_data.iter().flatten().map(|(key, _)| key.as_str());
                    let binary = data.data.iter().flatten().map(|(key, _)| key.as_str());
                    (secret, text.chain(binary).collect::<Vec<_>>())
                }),
                _ => None,
            };
            let Some((source, keys)) = found else { continue };
            if keys.contains(&key) || keys.is_empty() || key.contains('$') {
                continue;
            }
            let near = nearest(key, &keys).or(keys.first().copied()).unwrap_or_default();
            let path = format!("spec.valuesFrom[{number}].valuesKey");
            let message =
                format!("{} has no key `{key}`: Flux does not install the release", source.object.reference());
            findings.add(item, path, message, format!("set valuesKey: {near}")).also(source, "data", "these keys");
        }
    }
}
