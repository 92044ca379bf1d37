//! `privileged`: a container may do everything on its node.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Backend, Runs, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "privileged",
    severity: Severity::Warning,
    summary: "a container may do everything on its node",
    versions: Versions::All,
    docs: include_str!("privileged.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            if seat.is_privileged() {
                let needs = if seat.runs == Runs::Other {
                    ""
                } else {
                    "; Ollama needs none of it where a device plugin hands out the GPU"
                };
                findings.add(
                    workload.item,
                    format!("{}.securityContext.privileged", seat.path),
                    format!("whoever breaks into `{}` has the node{needs}", seat.name()),
                    help(workload, seat),
                );
            }
        }
    }
}

fn help(workload: &Workload<'_>, seat: &Seat<'_>) -> &'static str {
    if seat.runs == Runs::Other && seat.is_init {
        "set the node up elsewhere, and leave this init container out"
    } else if seat.runs != Runs::Server || seat.asks_for_devices() {
        "leave privileged out"
    } else if seat.image().backend() == Some(Backend::Rocm) {
        "leave privileged and the hostPaths of /dev out, and ask for the GPU: resources: {limits: {amd.com/gpu: 1}}"
    } else if workload.gpu_placement().is_some() || workload.pod.runtime_class_name.is_some() {
        "leave privileged out, and ask for the GPU: resources: {limits: {nvidia.com/gpu: 1}}"
    } else {
        "leave privileged out; a GPU comes by resources: {limits: {nvidia.com/gpu: 1}} or amd.com/gpu"
    }
}
