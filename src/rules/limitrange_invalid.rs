//! `limitrange-invalid`: the API server refuses a range that contradicts itself.

use std::collections::{BTreeMap, HashSet};

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{LimitRange, LimitRangeItem, Quantity};
use crate::scope::{Scope, milli};

pub(super) const RULE: Rule = Rule {
    id: "limitrange-invalid",
    severity: Severity::Error,
    summary: "the API server refuses a range that contradicts itself",
    versions: Versions::All,
    docs: include_str!("limitrange_invalid.md"),
    check,
};

type Amounts = Option<BTreeMap<String, Quantity>>;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, range) in scope.all::<LimitRange>() {
        let mut types = HashSet::new();
        let mut wrong: Vec<(String, String, &str)> = Vec::new();
        for (at, limits) in range.spec.iter().flat_map(|spec| &spec.limits).enumerate() {
            let way = format!("spec.limits[{at}]");
            if !types.insert(limits.type_.as_str()) {
                let message = format!("a second entry of the type {}", limits.type_);
                wrong.push((format!("{way}.type"), message, "write one entry of each type"));
            }
            wrong.extend(of_type(limits, &way));
            wrong.extend(orders(limits, &way));
        }
        if wrong.is_empty() || !scope.is_about_ollama(item) {
            continue;
        }
        for (path, message, help) in wrong {
            findings.add(item, path, message, help);
        }
    }
}

/// What the type of an entry forbids or wants.
fn of_type(limits: &LimitRangeItem, way: &str) -> Option<(String, String, &'static str)> {
    let has = |map: &Amounts, key: &str| map.as_ref().is_some_and(|map| map.contains_key(key));
    let is_filled = |map: &Amounts| map.as_ref().is_some_and(|map| !map.is_empty());
    match limits.type_.as_str() {
        "Pod" if is_filled(&limits.default) || is_filled(&limits.default_request) => {
            let key = if is_filled(&limits.default) { "default" } else { "defaultRequest" };
            Some((
                format!("{way}.{key}"),
                format!("`{key}` in an entry for pods: only containers get defaults"),
                "write type: Container",
            ))
        }
        "PersistentVolumeClaim" if !has(&limits.min, "storage") && !has(&limits.max, "storage") => {
            let message = "an entry for claims without a minimum or maximum of storage".to_owned();
            Some((way.to_owned(), message, "set max: {storage: 100Gi}"))
        }
        "container" | "pod" | "persistentvolumeclaim" | "persistentVolumeClaim" => {
            let message = format!("`{}` is no type", limits.type_);
            Some((format!("{way}.type"), message, "write Container, Pod or PersistentVolumeClaim"))
        }
        _ => None,
    }
}

/// Values of one entry that are in the wrong order.
fn orders(limits: &LimitRangeItem, way: &str) -> Vec<(String, String, &'static str)> {
    let pairs: [(&Amounts, &str, &Amounts, &str); 6] = [
        (&limits.min, "min", &limits.max, "max"),
        (&limits.default, "default", &limits.max, "max"),
        (&limits.default_request, "defaultRequest", &limits.max, "max"),
        (&limits.default_request, "defaultRequest", &limits.default, "default"),
        (&limits.min, "min", &limits.default_request, "defaultRequest"),
        (&limits.min, "min", &limits.default, "default"),
    ];
    let mut wrong: Vec<(String, String, &'static str)> = Vec::new();
    for (low, low_name, high, high_name) in pairs {
        for (key, low) in low.iter().flatten() {
            let Some(high) = high.as_ref().and_then(|map| map.get(key)) else { continue };
            let path = format!("{way}.{low_name}.{key}");
            let is_known = wrong.iter().any(|(known, ..)| *known == path);
            if let (Some(less), Some(more)) = (milli(low), milli(high))
                && less > more
                && !is_known
            {
                let message = format!("{low_name} {key} is {}, more than {high_name}, which is {}", low.0, high.0);
                wrong.push((path, message, "keep min <= defaultRequest <= default <= max"));
            }
        }
    }
    for (key, default) in limits.default.iter().flatten().filter(|(key, _)| key.contains('/')) {
        let request = limits.default_request.as_ref().and_then(|map| map.get(key));
        if let Some(request) = request.filter(|request| milli(request) < milli(default)) {
            let message =
                format!("defaultRequest {key} is {}, and default is {}: both must be the same", request.0, default.0);
            wrong.push((
                format!("{way}.defaultRequest.{key}"),
                message,
                "write the same number, or leave defaultRequest out",
            ));
        }
    }
    wrong
}
