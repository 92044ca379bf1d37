//! `config-key-missing`: a container takes a key that its `ConfigMap` does not have.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ConfigMap;
use crate::scope::Scope;
use crate::tree::nearest;

pub(super) const RULE: Rule = Rule {
    id: "config-key-missing",
    severity: Severity::Error,
    summary: "a container takes a key that its ConfigMap does not have",
    versions: Versions::All,
    docs: include_str!("config_key_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            for (number, variable) in seat.container.env.iter().flatten().enumerate() {
                let source = variable.value_from.as_ref().and_then(|source| source.config_map_key_ref.as_ref());
                let Some(wanted) = source.filter(|wanted| wanted.optional != Some(true)) else { continue };
                let Some((map, data)) = scope.find::<ConfigMap>(workload.item, &wanted.name) else { continue };
                let text = data.data.iter().flatten().map(|(key, _)| key.as_str());
                let binary = data.binary_data.iter().flatten().map(|(key, _)| key.as_str());
                let keys: Vec<&str> = text.chain(binary).collect();
                if keys.is_empty() || keys.contains(&wanted.key.as_str()) || wanted.key.contains(['$', '{']) {
                    continue;
                }
                let help = nearest(&wanted.key, &keys).map_or_else(
                    || format!("add the key to it, or take one of {}", keys.join(", ")),
                    |near| format!("write key: {near}"),
                );
                findings
                    .add(
                        workload.item,
                        format!("{}.env[{number}].valueFrom.configMapKeyRef.key", seat.path),
                        format!("ConfigMap `{}` has no key `{}`: the container does not start", map.name(), wanted.key),
                        help,
                    )
                    .also(map, "data", "these keys");
            }
        }
    }
}
