//! `quota-needs-defaults`: a quota refuses containers that do not say what they take.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{LimitRange, LimitRangeItem, Quantity, ResourceQuota};
use crate::scope::{About, Item, Scope, Seat, counts_pods};

pub(super) const RULE: Rule = Rule {
    id: "quota-needs-defaults",
    severity: Severity::Error,
    summary: "a quota refuses containers that do not say what they take",
    versions: Versions::All,
    docs: include_str!("quota_needs_defaults.md"),
    check,
};

const KEYS: [&str; 6] = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory", "cpu", "memory"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, quota) in scope.all::<ResourceQuota>() {
        let Some(spec) = &quota.spec else { continue };
        let hard = spec.hard.iter().flat_map(|hard| hard.keys()).map(String::as_str);
        let keys: Vec<&str> = hard.filter(|key| KEYS.contains(key)).collect();
        if keys.is_empty() {
            continue;
        }
        let ranges = ranges(scope, item);
        for workload in scope.counted_by(item) {
            let says_for_all =
                workload.pod.resources.as_ref().is_some_and(|own| own.limits.is_some() || own.requests.is_some());
            if workload.about == About::Other || says_for_all || !counts_pods(spec, workload) {
                continue;
            }
            for seat in &workload.seats {
                let missing = missing(seat, &keys, &ranges);
                if missing.is_empty() {
                    continue;
                }
                let all = missing.join(", ");
                findings
                    .add(
                        workload.item,
                        format!("{}.resources", seat.path),
                        format!("the quota refuses the pod: `{}` must say {all}", seat.name()),
                        format!("set {all} in resources, or defaults in a LimitRange"),
                    )
                    .also(item, "spec.hard", "every container must say what is counted here");
            }
        }
    }
}

/// The entries for containers of all ranges that may be in the namespace of a quota.
fn ranges<'a>(scope: &Scope<'a>, quota: Item<'a>) -> Vec<&'a LimitRangeItem> {
    let ranges = scope.all::<LimitRange>().filter(|(range, _)| range.may_meet(quota));
    let items = ranges.flat_map(|(_, range)| range.spec.iter().flat_map(|spec| &spec.limits));
    items.filter(|range| range.type_ == "Container").collect()
}

/// What a container must say for a quota, and nobody says for it: `limits.cpu`. A range's maximum is a default limit
/// as well, and its minimum a default request.
fn missing(seat: &Seat<'_>, keys: &[&str], ranges: &[&LimitRangeItem]) -> Vec<String> {
    let mut missing = Vec::new();
    for key in keys {
        let (kind, name) = key.split_once('.').unwrap_or(("requests", key));
        let has = |map: &Option<std::collections::BTreeMap<String, Quantity>>| {
            map.as_ref().is_some_and(|map| map.contains_key(name))
        };
        let limit = seat.limit(name).is_some() || ranges.iter().any(|range| has(&range.default) || has(&range.max));
        let request =
            seat.request(name).is_some() || ranges.iter().any(|range| has(&range.default_request) || has(&range.min));
        let says = limit || kind == "requests" && request;
        let way = format!("{kind}.{name}");
        if !says && !missing.contains(&way) {
            missing.push(way);
        }
    }
    missing
}
