//! `gpu-visible-all`: a server on the CPU may see the GPUs of its neighbours.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashMap;

use crate::scope::{Env, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "gpu-visible-all",
    severity: Severity::Warning,
    summary: "a server on the CPU may see the GPUs of its neighbours",
    versions: Versions::All,
    docs: include_str!("gpu_visible_all.md"),
    check,
};

/// So many pods with GPUs of one namespace are looked at.
const ENOUGH: usize = 64;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut with_gpus: HashMap<Option<&str>, Vec<&Workload<'_>>> = HashMap::new();
    for workload in scope.all_workloads() {
        if workload.seats.iter().any(|seat| seat.gpus().any(|(key, _)| key.starts_with("nvidia.com/"))) {
            let known = with_gpus.entry(workload.item.namespace()).or_default();
            if known.len() < ENOUGH {
                known.push(workload);
            }
        }
    }
    if with_gpus.is_empty() {
        return;
    }
    for workload in scope.servers() {
        let is_elsewhere = workload.pod.node_selector.is_some()
            || workload.pod.affinity.as_ref().is_some_and(|affinity| affinity.node_affinity.is_some())
            || workload.pod.runtime_class_name.is_some();
        if is_elsewhere || workload.seats.iter().any(Seat::asks_for_devices) || workload.may_have_hidden_devices() {
            continue;
        }
        let Some(seat) = workload.servers().find(|seat| seat.image().is_official()) else { continue };
        if !matches!(scope.env(workload, seat, "NVIDIA_VISIBLE_DEVICES"), Env::Absent | Env::Text("all")) {
            continue;
        }
        let tolerations = workload.pod.tolerations.as_deref().unwrap_or_default();
        let beside = with_gpus.get(&workload.item.namespace()).into_iter().flatten().find(|other| {
            other.item.is_beside(workload.item)
                && other.pod.tolerations.iter().flatten().all(|one| tolerations.contains(one))
        });
        if let Some(beside) = beside {
            findings
                .add(
                    workload.item,
                    format!("{}.env", seat.path),
                    format!(
                        "`{}` asks for no GPU, and where nvidia is the default runtime it sees those that `{}` reserves",
                        seat.name(),
                        beside.item.name()
                    ),
                    "set env: [{name: NVIDIA_VISIBLE_DEVICES, value: void}]",
                )
                .also(beside.item, beside.at, "asks for GPUs, and may be on the same node");
        }
    }
}
