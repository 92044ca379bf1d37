//! `env-value-and-source`: a variable has a value and a source, or neither in its source.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "env-value-and-source",
    severity: Severity::Error,
    summary: "a variable has a value and a source, or neither in its source",
    versions: Versions::All,
    docs: include_str!("env_value_and_source.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                let Some(source) = &variable.value_from else { continue };
                let way = format!("{}.env[{at}].valueFrom", seat.path);
                if variable.value.as_ref().is_some_and(|value| !value.is_empty()) {
                    let message = format!("`{}` has a value and a valueFrom", variable.name);
                    findings.add(workload.item, way, message, "keep one of value and valueFrom");
                    continue;
                }
                let sources = [
                    source.config_map_key_ref.is_some(),
                    source.secret_key_ref.is_some(),
                    source.field_ref.is_some(),
                    source.resource_field_ref.is_some(),
                ];
                let count = sources.iter().filter(|is_there| **is_there).count();
                let is_empty = count == 0 && workload.item.written(&way).is_none_or(|node| node.entries().is_empty());
                if count > 1 || is_empty {
                    let how = if is_empty { "no source" } else { "several sources" };
                    let message = format!("`{}` has {how} below valueFrom", variable.name);
                    findings.add(workload.item, way, message, "set one of configMapKeyRef, secretKeyRef and fieldRef");
                }
            }
        }
    }
}
