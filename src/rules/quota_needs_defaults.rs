//! `quota-needs-defaults`: a quota refuses containers that do not say what they take.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};
use crate::k8s::LimitRangeItem;

pub(super) const RULE: Rule = Rule {
    id: "quota-needs-defaults",
    severity: Severity::Error,
    summary: "a quota refuses containers that do not say what they take",
    docs: include_str!("quota_needs_defaults.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::ResourceQuota(quota) = object else { continue };
        let namespace = quota.metadata.namespace.as_deref();
        let keys: Vec<&str> = quota
            .spec
            .iter()
            .filter_map(|spec| spec.hard.as_ref())
            .flat_map(|hard| hard.keys())
            .map(String::as_str)
            .filter(|key| {
                matches!(*key, "requests.cpu" | "requests.memory" | "limits.cpu" | "limits.memory" | "cpu" | "memory")
            })
            .collect();
        if keys.is_empty() {
            continue;
        }
        for workload in
            bundle.workloads().filter(|workload| workload.object.metadata().namespace.as_deref() == namespace)
        {
            let Some(spec) = pods::spec(workload.template) else { continue };
            for (at, container) in pods::containers(spec) {
                let resources = container.resources.clone().unwrap_or_default();
                for key in &keys {
                    let (kind, name) = key.split_once('.').unwrap_or(("requests", key));
                    let limit = resources.limits.as_ref().is_some_and(|limits| limits.contains_key(name))
                        || default(bundle, namespace, name);
                    let request = resources.requests.as_ref().is_some_and(|requests| requests.contains_key(name));
                    if !(limit || kind == "requests" && (request || default_request(bundle, namespace, name))) {
                        findings.add(
                            workload.object,
                            format!("spec.template.spec.{at}.resources"),
                            format!("the quota refuses the pod: `{}` must say {kind}.{name}", container.name),
                            format!("set resources.{kind}.{name}, or a default for it in a LimitRange"),
                        );
                    }
                }
            }
        }
    }
}

fn default(bundle: &Bundle, namespace: Option<&str>, resource: &str) -> bool {
    ranges(bundle, namespace).any(|item| item.default.as_ref().is_some_and(|all| all.contains_key(resource)))
}

fn default_request(bundle: &Bundle, namespace: Option<&str>, resource: &str) -> bool {
    ranges(bundle, namespace).any(|item| item.default_request.as_ref().is_some_and(|all| all.contains_key(resource)))
}

fn ranges<'a>(bundle: &'a Bundle, namespace: Option<&'a str>) -> impl Iterator<Item = &'a LimitRangeItem> {
    bundle
        .iter()
        .filter_map(move |object| match object {
            Object::LimitRange(range) if range.metadata.namespace.as_deref() == namespace => range.spec.as_ref(),
            _ => None,
        })
        .flat_map(|spec| &spec.limits)
        .filter(|item| item.type_ == "Container")
}
