//! `name-invalid`: the API server refuses the name of a container, volume or variable.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use crate::scope::{Item, Scope, Workload, as_label, is_label, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "name-invalid",
    severity: Severity::Error,
    summary: "the API server refuses the name of a container, volume or variable",
    versions: Versions::All,
    docs: include_str!("name_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        containers(workload, findings);
        volumes(workload, findings);
        for seat in &workload.seats {
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                let name = variable.name.as_str();
                let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
                let is_old_fault = scope.is_older_than(32)
                    && (!name.chars().all(is_plain) || name.starts_with(|c: char| c.is_ascii_digit()));
                let is_fault = name.is_empty() || !name.chars().all(|c| matches!(c, ' '..='~') && c != '=');
                if (is_fault || is_old_fault) && !is_variable(name) {
                    let message = format!("`{name}` is no name of a variable");
                    let help = "write letters, digits and underscores: OLLAMA_HOST";
                    findings.add(workload.item, format!("{}.env[{at}].name", seat.path), message, help);
                }
            }
        }
    }
}

fn containers(workload: &Workload<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for seat in &workload.seats {
        let path = format!("{}.name", seat.path);
        if !seen.insert(seat.name()) && !seat.name().is_empty() {
            let message = format!("two containers of the pod are called `{}`", seat.name());
            findings.add(workload.item, path, message, "give each container, init containers too, a name of its own");
        } else {
            label(workload.item, "container", seat.name(), path, findings);
        }
    }
}

fn volumes(workload: &Workload<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
        let path = format!("{}.volumes[{at}].name", workload.at);
        if !seen.insert(volume.name.as_str()) && !volume.name.is_empty() {
            let message = format!("two volumes of the pod are called `{}`", volume.name);
            findings.add(workload.item, path, message, "give each volume a name of its own");
        } else {
            label(workload.item, "volume", &volume.name, path, findings);
        }
    }
}

fn label(item: Item<'_>, what: &str, name: &str, path: String, findings: &mut Findings) {
    if is_label(name) || is_variable(name) {
        return;
    }
    if name.is_empty() {
        findings.add(item, path, format!("a {what} without a name"), "set name: ollama");
        return;
    }
    let instead = as_label(name);
    let instead = if instead.is_empty() { "ollama" } else { &instead };
    findings.add(
        item,
        path,
        format!("`{name}` is no name of a {what}"),
        format!("write {instead}: lower-case letters, digits and hyphens"),
    );
}
