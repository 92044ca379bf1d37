//! `limitrange-conflict`: a range refuses a pod or a claim.

use super::{Finding, Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::{LimitRange, LimitRangeItem, PersistentVolumeClaim, Quantity};
use crate::scope::{About, Item, Scope, Seat, asked_storage, milli};

pub(super) const RULE: Rule = Rule {
    id: "limitrange-conflict",
    severity: Severity::Error,
    summary: "a range refuses a pod or a claim",
    versions: Versions::All,
    docs: include_str!("limitrange_conflict.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, range) in scope.all::<LimitRange>() {
        let limits = range.spec.as_ref().map_or(&[][..], |spec| &spec.limits);
        if limits.is_empty() {
            continue;
        }
        for other in scope.in_space(item) {
            for (at, range) in limits.iter().enumerate() {
                let source = Source { item, at, range };
                match (range.type_.as_str(), other.object) {
                    ("PersistentVolumeClaim", Object::PersistentVolumeClaim(claim)) if scope.is_about_ollama(other) => {
                        source.claim(other, "", claim, findings);
                    }
                    ("PersistentVolumeClaim", Object::StatefulSet(set)) if scope.is_about_ollama(other) => {
                        let templates = set.spec.as_ref().and_then(|spec| spec.volume_claim_templates.as_ref());
                        for (at, claim) in templates.into_iter().flatten().enumerate() {
                            source.claim(other, &format!("spec.volumeClaimTemplates[{at}]."), claim, findings);
                        }
                    }
                    ("Container", _) => {
                        let workload = scope.workload(other).filter(|workload| workload.about != About::Other);
                        for seat in workload.iter().flat_map(|workload| &workload.seats) {
                            source.container(other, seat, findings);
                        }
                    }
                    ("Pod", _) => {
                        let Some(workload) = scope.workload(other) else { continue };
                        if workload.about != About::Other && workload.pod.resources.is_none() {
                            let asked = workload.requests();
                            for (key, most) in range.max.iter().flatten() {
                                let ways = [format!("limits.{key}"), format!("requests.{key}")];
                                let sum = ways.iter().filter_map(|way| asked.get(way)).max();
                                if let (Some(sum), Some(most_milli)) = (sum, milli(most))
                                    && *sum > most_milli
                                {
                                    let sum = crate::scope::written(*sum);
                                    let message =
                                        format!("the pod takes {sum} of {key}, and a pod may take {} at most", most.0);
                                    let help = format!(
                                        "keep the sum of its containers at {} or less, or raise the range",
                                        most.0
                                    );
                                    source.add(
                                        findings,
                                        other,
                                        workload.at.to_owned(),
                                        message,
                                        help,
                                        &format!("max.{key}"),
                                    );
                                }
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// An entry of a range.
struct Source<'a> {
    item: Item<'a>,
    at: usize,
    range: &'a LimitRangeItem,
}

impl Source<'_> {
    fn add<'f>(
        &self,
        findings: &'f mut Findings,
        item: Item<'_>,
        path: String,
        message: String,
        help: String,
        key: &str,
    ) -> &'f mut Finding {
        findings.add(item, path, message, help).also(self.item, format!("spec.limits[{}].{key}", self.at), "refuses it")
    }

    fn claim(&self, item: Item<'_>, way: &str, claim: &PersistentVolumeClaim, findings: &mut Findings) {
        let Some(asked) = asked_storage(claim) else { return };
        let bound = |map: &Option<std::collections::BTreeMap<String, Quantity>>| map.as_ref()?.get("storage").cloned();
        let path = format!("{way}spec.resources.requests.storage");
        for (key, most) in [("max", bound(&self.range.max)), ("min", bound(&self.range.min))] {
            let Some(most) = most else { continue };
            let (Some(one), Some(other)) = (milli(asked), milli(&most)) else { continue };
            if key == "max" && one > other || key == "min" && one < other {
                let (word, side) = if key == "max" { ("most", "less") } else { ("least", "more") };
                let message = format!("a claim of {}, where {} is the {word}", asked.0, most.0);
                self.add(
                    findings,
                    item,
                    path.clone(),
                    message,
                    format!("ask for {} or {side}, or change the range", most.0),
                    &format!("{key}.storage"),
                );
            }
        }
    }

    fn container(&self, item: Item<'_>, seat: &Seat<'_>, findings: &mut Findings) {
        let name = seat.name();
        for (key, most) in self.range.max.iter().flatten() {
            for (kind, own) in [("limits", seat.limit(key)), ("requests", seat.request(key))] {
                let Some(own) = own.filter(|own| milli(own) > milli(most) && milli(most).is_some()) else { continue };
                let message = format!("`{name}` takes {} of {key}, and a container may take {} at most", own.0, most.0);
                let help = format!("set it to {} or less, or raise the range", most.0);
                self.add(
                    findings,
                    item,
                    format!("{}.resources.{kind}.{key}", seat.path),
                    message,
                    help,
                    &format!("max.{key}"),
                );
                break;
            }
        }
        for (key, least) in self.range.min.iter().flatten() {
            let own = seat.request(key).or_else(|| seat.limit(key));
            let Some(own) = own.filter(|own| milli(own) < milli(least) && milli(own).is_some()) else { continue };
            let kind = if seat.request(key).is_some() { "requests" } else { "limits" };
            let message =
                format!("`{name}` asks for {} of {key}, and a container must ask for {} at least", own.0, least.0);
            let help = format!("ask for {} or more, or lower the range", least.0);
            self.add(
                findings,
                item,
                format!("{}.resources.{kind}.{key}", seat.path),
                message,
                help,
                &format!("min.{key}"),
            );
        }
        for (key, default) in self.range.default.iter().flatten() {
            let is_capped = self.range.max.as_ref().is_some_and(|max| max.contains_key(key));
            let Some(own) = seat.request(key).filter(|_| seat.limit(key).is_none()) else { continue };
            if milli(own) > milli(default) && milli(default).is_some() && !is_capped {
                let message = format!(
                    "`{name}` asks for {} of {key}, and gets a limit of {} where it says none",
                    own.0, default.0
                );
                let help = format!("set resources.limits.{key} to {} or more", own.0);
                self.add(
                    findings,
                    item,
                    format!("{}.resources.requests.{key}", seat.path),
                    message,
                    help,
                    &format!("default.{key}"),
                );
            }
        }
    }
}
