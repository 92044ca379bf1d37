//! `gpu-uncounted`: a container sees all GPUs of its node, and the scheduler counts none.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Backend, Env, Scope, Seat};

pub(super) const RULE: Rule = Rule {
    id: "gpu-uncounted",
    severity: Severity::Warning,
    summary: "a container sees all GPUs of its node, and the scheduler counts none",
    versions: Versions::All,
    docs: include_str!("gpu_uncounted.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        if workload.seats.iter().any(Seat::asks_for_devices)
            || workload.pod.resource_claims.as_ref().is_some_and(|claims| !claims.is_empty())
        {
            continue;
        }
        let Some(seat) = workload.servers().find(|seat| seat.image().is_official()) else { continue };
        if sees_amd(seat) {
            findings
                .add(
                    workload.item,
                    format!("{}.resources", seat.path),
                    format!(
                        "`{}` asks for no GPU and sees all AMD GPUs of its node, and where a device plugin runs, the scheduler gives them to others as well",
                        seat.name()
                    ),
                    "set resources: {limits: {amd.com/gpu: 1}} with AMD's device plugin, and leave privileged out",
                )
                .also(
                    workload.item,
                    format!("{}.securityContext.privileged", seat.path),
                    "shows all devices of the node",
                );
            continue;
        }
        if workload.pod.runtime_class_name.as_deref() != Some("nvidia") {
            continue;
        }
        let which = match scope.env(workload, seat, "NVIDIA_VISIBLE_DEVICES") {
            Env::Absent | Env::Text("all") => "all GPUs of its node".to_owned(),
            Env::Text("" | "void" | "none") | Env::Unknown => continue,
            Env::Text(devices) => format!("the GPUs {devices}"),
        };
        findings
            .add(
                workload.item,
                format!("{}.resources", seat.path),
                format!(
                    "`{}` asks for no GPU and sees {which}, and where a device plugin runs, the scheduler gives them to others as well",
                    seat.name()
                ),
                "set resources.limits: {nvidia.com/gpu: 1} where a device plugin runs, or NVIDIA_VISIBLE_DEVICES: void for a server on the CPU",
            )
            .also(
                workload.item,
                format!("{}.runtimeClassName", workload.at),
                "hands GPUs to whoever asks by a variable",
            );
    }
}

/// Whether a server for AMD sees the GPUs of its node without asking for one.
fn sees_amd(seat: &Seat<'_>) -> bool {
    seat.image().backend() == Some(Backend::Rocm) && seat.is_privileged()
}
