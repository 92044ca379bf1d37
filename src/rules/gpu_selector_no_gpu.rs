//! `gpu-selector-no-gpu`: a server is sent to nodes with GPUs and asks for none.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Seat};

pub(super) const RULE: Rule = Rule {
    id: "gpu-selector-no-gpu",
    severity: Severity::Warning,
    summary: "a server is sent to nodes with GPUs and asks for none",
    versions: Versions::All,
    docs: include_str!("gpu_selector_no_gpu.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let asks = workload.seats.iter().any(Seat::asks_for_devices);
        if asks || workload.pod.runtime_class_name.is_some() || workload.may_have_hidden_devices() {
            continue;
        }
        let Some(placement) = workload.gpu_placement() else { continue };
        let Some(seat) = workload.servers().next() else { continue };
        let text = &placement.text;
        let goes = if placement.is_leave { "may go to" } else { "goes to" };
        findings.add(
            workload.item,
            placement.path,
            format!("the server {goes} the GPU nodes ({text}) and asks for no GPU: it computes on the CPU, or uncounted on all GPUs"),
            format!("set resources: {{limits: {{nvidia.com/gpu: 1}}}} in container `{}`, with the resource of your device plugin", seat.name()),
        );
    }
}
