//! `gpu-both-vendors`: a pod wants GPUs of two makers.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "gpu-both-vendors",
    severity: Severity::Warning,
    summary: "a pod wants GPUs of two makers",
    versions: Versions::All,
    docs: include_str!("gpu_both_vendors.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let maker = |key: &str| key.split('/').next().map(str::to_owned);
    for workload in scope.workloads() {
        let seats = workload.seats.iter();
        let mut gpus = seats
            .flat_map(|seat| seat.gpus().map(move |(key, _)| (format!("{}.resources.limits.{key}", seat.path), key)));
        let Some((first_path, first)) = gpus.next() else { continue };
        if let Some((path, key)) = gpus.find(|(_, key)| maker(key) != maker(first)) {
            let message = format!("the pod wants {first} and {key}: only a node with both can run it");
            let help = format!("keep one of {first} and {key}");
            findings.add(workload.item, path, message, help).also(workload.item, first_path, "of another maker");
        }
    }
}
