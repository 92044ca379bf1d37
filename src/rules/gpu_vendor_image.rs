//! `gpu-vendor-image`: the image cannot use the GPU that the pod reserves.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Backend, Env, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "gpu-vendor-image",
    severity: Severity::Error,
    summary: "the image cannot use the GPU that the pod reserves",
    versions: Versions::All,
    docs: include_str!("gpu_vendor_image.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            let Some(backend) = seat.image().backend() else { continue };
            let Some((key, _)) = seat.gpus().next() else { continue };
            let (message, help) = match (backend, vendor(key)) {
                (Backend::Rocm, Some(vendor)) if vendor != "AMD" => (
                    format!(
                        "`{}` holds ROCm alone, which is for AMD, and reserves {key}: it computes on the CPU",
                        image(seat)
                    ),
                    "write the tag without -rocm",
                ),
                (Backend::Cuda, Some(vendor)) if vendor != "NVIDIA" && !has_vulkan(scope, workload, seat) => (
                    format!(
                        "`{}` knows no GPU but those of NVIDIA, and reserves {key}: it computes on the CPU",
                        image(seat)
                    ),
                    if vendor == "AMD" {
                        "write the same tag with -rocm"
                    } else {
                        "take release 0.30 or later, which uses Vulkan"
                    },
                ),
                _ => continue,
            };
            findings.add(workload.item, format!("{}.image", seat.path), message, help).also(
                workload.item,
                format!("{}.resources.limits.{key}", seat.path),
                "reserved, and not used",
            );
        }
    }
}

fn image<'a>(seat: &Seat<'a>) -> &'a str {
    seat.container.image.as_deref().unwrap_or_default()
}

fn vendor(resource: &str) -> Option<&'static str> {
    let vendors = [("nvidia.com/", "NVIDIA"), ("amd.com/", "AMD"), ("gpu.intel.com/", "Intel")];
    vendors.iter().find(|(prefix, _)| resource.starts_with(prefix)).map(|(_, vendor)| *vendor)
}

/// Whether Vulkan may be switched on, or the script or a mount may bring another backend.
fn has_vulkan<'a>(scope: &Scope<'a>, workload: &Workload<'a>, seat: &Seat<'a>) -> bool {
    let is_off = matches!(scope.env(workload, seat, "OLLAMA_VULKAN"), Env::Absent | Env::Text("" | "0" | "false"));
    let mounts = seat.container.volume_mounts.iter().flatten();
    !is_off || seat.script().contains("install") || mounts.into_iter().any(|mount| mount.mount_path.contains("rocm"))
}
