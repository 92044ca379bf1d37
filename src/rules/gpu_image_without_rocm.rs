//! `gpu-image-without-rocm`: an image without `ROCm` is set up for a GPU of AMD.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Backend, Env, Scope};

pub(super) const RULE: Rule = Rule {
    id: "gpu-image-without-rocm",
    severity: Severity::Warning,
    summary: "an image without ROCm is set up for a GPU of AMD",
    versions: Versions::All,
    docs: include_str!("gpu_image_without_rocm.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            let image = seat.image();
            let Some(backend) = image.backend().filter(|backend| *backend != Backend::Rocm) else { continue };
            let is_deliberate = !matches!(scope.env(workload, seat, "OLLAMA_VULKAN"), Env::Absent);
            let brings_own =
                seat.container.volume_mounts.iter().flatten().any(|mount| mount.mount_path.contains("rocm"));
            if is_deliberate || brings_own || seat.script().contains("install") {
                continue;
            }
            let reserved = seat.gpus().find(|(key, _)| key.starts_with("amd.com/")).map(|(key, _)| key);
            let reserved = reserved.filter(|_| backend == Backend::CudaAndVulkan);
            let names = ["HSA_OVERRIDE_GFX_VERSION", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"];
            let variable = names.iter().find_map(|name| seat.variable(name).map(|(_, path)| (*name, path)));
            let mounts = seat.container.volume_mounts.iter().flatten();
            let device = mounts.into_iter().position(|mount| mount.mount_path == "/dev/kfd");
            let (cause, path) = match (reserved, variable, device) {
                (Some(key), ..) => (format!("reserves {key}"), format!("{}.resources.limits.{key}", seat.path)),
                _ if seat.gpus().next().is_some() => continue,
                (_, Some((name, path)), _) => (format!("sets {name}"), path),
                (.., Some(at)) => ("mounts /dev/kfd".to_owned(), format!("{}.volumeMounts[{at}].mountPath", seat.path)),
                _ => continue,
            };
            let written = seat.container.image.as_deref().unwrap_or_default();
            let instead = image.release().map_or("rocm".to_owned(), |release| format!("{release}-rocm"));
            findings
                .add(
                    workload.item,
                    format!("{}.image", seat.path),
                    format!(
                        "`{}` {cause}, and `{written}` holds no ROCm: the GPU is reached through Vulkan at best",
                        seat.name()
                    ),
                    format!("write image: {}:{instead}", image.repository),
                )
                .also(workload.item, path, "for ROCm");
        }
    }
}
