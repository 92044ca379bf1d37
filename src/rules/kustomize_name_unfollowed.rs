//! `kustomize-name-unfollowed`: a name stays as it is where kustomize renames its object.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::{Item, Scope, Seat};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-name-unfollowed",
    severity: Severity::Error,
    summary: "a name stays as it is where kustomize renames its object",
    versions: Versions::All,
    docs: include_str!("kustomize_name_unfollowed.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for renamed in scope.renamed() {
        for item in &renamed.items {
            for (kind, path, name) in references(*item) {
                if renamed.items.iter().any(|other| other.object.kind() == kind && other.name() == name) {
                    let message = format!(
                        "kustomize calls {kind} `{name}` `{}`, and does not change this name",
                        renamed.name(name)
                    );
                    tell(findings, *item, path, message, renamed.by, &renamed.name(name));
                }
            }
            let Some(workload) = scope.workload(*item) else { continue };
            for seat in workload.seats.iter().filter(|_| !renamed.is_patched) {
                for (path, host) in hosts(seat) {
                    let service = renamed.items.iter().find(|other| {
                        other.object.kind() == "Service"
                            && other.name() == host
                            && scope.find::<Service>(*item, host).is_some()
                    });
                    if service.is_some_and(|service| scope.is_ollamas(*service)) {
                        let message = format!(
                            "kustomize calls the Service `{host}` `{}`, and does not change this address",
                            renamed.name(host)
                        );
                        tell(findings, *item, path, message, renamed.by, &renamed.name(host));
                    }
                }
            }
        }
    }
}

fn tell(findings: &mut Findings, item: Item<'_>, path: String, message: String, by: Item<'_>, name: &str) {
    let field = if by.at(&["namePrefix"]).is_some() { "namePrefix" } else { "nameSuffix" };
    let help = format!("write {name}, or leave {field} out, or add a replacement that sets it");
    let is_told = findings
        .found
        .iter()
        .any(|found| found.rule.id == RULE.id && found.number == Some(item.number) && found.path() == path);
    if !is_told {
        findings.add(item, path, message, help).also(by, field, "renamed here");
    }
}

/// The references of custom resources that kustomize does not know: kind, way and name.
fn references(item: Item<'_>) -> Vec<(&str, String, &str)> {
    let mut found = Vec::new();
    match item.object.kind() {
        "ScaledObject" => {
            let target = item.at(&["spec", "scaleTargetRef"]);
            let kind = target.and_then(|target| target.get("kind")).and_then(Node::text).unwrap_or("Deployment");
            let name = target.and_then(|target| target.get("name")).and_then(Node::text);
            found.extend(name.map(|name| (kind, "spec.scaleTargetRef.name".to_owned(), name)));
        }
        "HTTPRoute" => {
            let rules = item.at(&["spec", "rules"]).map(Node::items).unwrap_or_default();
            for (rule, node) in rules.iter().enumerate() {
                let backends = node.get("backendRefs").map(Node::items).unwrap_or_default();
                for (number, backend) in backends.iter().enumerate() {
                    let path = format!("spec.rules[{rule}].backendRefs[{number}].name");
                    found.extend(backend.get("name").and_then(Node::text).map(|name| ("Service", path, name)));
                }
            }
        }
        _ => {}
    }
    found
}

/// The hosts of the addresses in the variables of a container, each with the way to it.
fn hosts<'a>(seat: &Seat<'a>) -> Vec<(String, &'a str)> {
    let variables = seat.container.env.iter().flatten().enumerate();
    let written = variables.filter_map(|(number, variable)| {
        let value = variable.value.as_deref()?;
        let (_, rest) = value.split_once("://")?;
        let host = rest.split([':', '/', '.']).next()?;
        Some((format!("{}.env[{number}].value", seat.path), host))
    });
    written.collect()
}
