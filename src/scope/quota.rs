//! How much of a quota do the pods of its namespace take?

use std::collections::BTreeMap;

use super::quantity::milli;
use super::{About, Item, Scope, Workload, counts_pods};
use crate::k8s::ResourceQuotaSpec;

/// What is taken of a quota by one of its keys, in thousandths.
#[derive(Debug)]
pub struct Taken<'s, 'a> {
    /// As it is written in the quota.
    pub key: &'s str,
    /// How much is allowed.
    pub allowed: u128,
    /// How much all pods take that run at the same time, once everything is up; `Job`s not.
    pub steady: u128,
    /// Which workloads take something, and how much one pod of each.
    pub by: Vec<(&'s Workload<'a>, u128)>,
}

impl<'a> Scope<'a> {
    /// What the pods of a quota's namespace take, for each key by which a workload about Ollama takes something.
    pub fn taken<'s>(&'s self, item: Item<'a>, quota: &'s ResourceQuotaSpec) -> Vec<Taken<'s, 'a>> {
        let Some(hard) = &quota.hard else { return Vec::new() };
        let pods: Vec<_> = self
            .counted_by(item)
            .into_iter()
            .filter(|workload| counts_pods(quota, workload))
            .map(|workload| (workload, workload.requests(), self.least_pods(workload)))
            .collect();
        if pods.iter().all(|(workload, ..)| workload.about == About::Other) {
            return Vec::new();
        }
        let taken = hard.iter().filter_map(|(key, allowed)| {
            let mut taken = Taken { key, allowed: milli(allowed)?, steady: 0, by: Vec::new() };
            for (workload, requests, least) in &pods {
                let one = amount(key, requests);
                if one > 0 {
                    taken.steady = taken.steady.saturating_add(one.saturating_mul(u128::from(*least)));
                    taken.by.push((*workload, one));
                }
            }
            Some(taken).filter(|taken| taken.by.iter().any(|(workload, _)| workload.about != About::Other))
        });
        taken.collect()
    }
}

/// How much a pod takes by a key of a quota.
fn amount(key: &str, requests: &BTreeMap<String, u128>) -> u128 {
    match key {
        "pods" | "count/pods" => 1000,
        "cpu" | "memory" | "ephemeral-storage" => requests.get(&format!("requests.{key}")).copied().unwrap_or(0),
        _ => requests.get(key).copied().unwrap_or(0),
    }
}
