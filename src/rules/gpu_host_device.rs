//! `gpu-host-device`: a device of the node is mounted, and the container may not open it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "gpu-host-device",
    severity: Severity::Warning,
    summary: "a device of the node is mounted, and the container may not open it",
    versions: Versions::All,
    docs: include_str!("gpu_host_device.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        // A runtime, or a plugin of it, opens devices as well.
        let is_opened = workload.pod.runtime_class_name.is_some()
            || workload.annotations.is_some_and(|notes| {
                notes.keys().any(|key| key.to_lowercase().contains("devices") || key.contains("cdi"))
            });
        if is_opened {
            continue;
        }
        for seat in workload.servers().filter(|seat| {
            !seat.asks_for_devices() && !seat.is_privileged() && seat.variable("NVIDIA_VISIBLE_DEVICES").is_none()
        }) {
            for (at, mount) in seat.container.volume_mounts.iter().flatten().enumerate() {
                let host = workload.volume(&mount.name).and_then(|volume| volume.host_path.as_ref());
                let Some(host) = host.filter(|host| is_device(&host.path)) else { continue };
                findings.add(
                    workload.item,
                    format!("{}.volumeMounts[{at}].mountPath", seat.path),
                    format!("`{}` is there, and the container may not open it: Ollama computes on the CPU", host.path),
                    "ask the device plugin for the GPU in resources.limits, or set securityContext: {privileged: true}",
                );
            }
        }
    }
}

fn is_device(path: &str) -> bool {
    ["/dev/kfd", "/dev/dri", "/dev/nvidia"].iter().any(|device| path.starts_with(device))
}
