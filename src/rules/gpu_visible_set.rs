//! `gpu-visible-set`: a variable picks other GPUs than the device plugin gives.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Env, Scope};

pub(super) const RULE: Rule = Rule {
    id: "gpu-visible-set",
    severity: Severity::Warning,
    summary: "a variable picks other GPUs than the device plugin gives",
    versions: Versions::All,
    docs: include_str!("gpu_visible_set.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let Some((key, count)) = seat.gpus().find(|(key, _)| key.starts_with("nvidia.com/")) else { continue };
            for name in ["NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"] {
                let Env::Text(value) = scope.env(workload, seat, name) else { continue };
                let sentence = if name == "NVIDIA_VISIBLE_DEVICES" {
                    Some(by_runtime(value, count))
                } else if key == "nvidia.com/gpu" {
                    by_cuda(value, count)
                } else {
                    None
                };
                if let Some(sentence) = sentence {
                    findings
                        .add(
                            workload.item,
                            seat.value_way(name),
                            sentence,
                            format!("remove {name}: the device plugin says which GPUs the container has"),
                        )
                        .also(
                            workload.item,
                            format!("{}.resources.limits.{key}", seat.path),
                            "what the device plugin gives",
                        );
                }
            }
        }
    }
}

fn by_runtime(value: &str, count: u64) -> String {
    if matches!(value, "" | "void" | "none") {
        return format!(
            "NVIDIA_VISIBLE_DEVICES is `{value}`, so the container sees no GPU, and keeps {count} from others"
        );
    }
    let reserved = if count == 1 { "the one".to_owned() } else { format!("the {count}") };
    format!(
        "NVIDIA_VISIBLE_DEVICES is `{value}`: without effect, or the container uses other GPUs than {reserved} reserved for it"
    )
}

/// CUDA counts the GPUs that the container has from 0, and stops at the first number that is too large.
fn by_cuda(value: &str, count: u64) -> Option<String> {
    let parts: Vec<&str> = value.split(',').map(str::trim).collect();
    if parts.iter().any(|part| part.starts_with("GPU-") || part.starts_with("MIG-")) {
        return Some(format!(
            "CUDA_VISIBLE_DEVICES is `{value}`: the container has no GPU where it is given another one"
        ));
    }
    let numbers: Option<Vec<i64>> = parts.iter().map(|part| part.parse().ok()).collect();
    let most = i64::try_from(count).unwrap_or(i64::MAX);
    let used = numbers?.into_iter().take_while(|number| (0..most).contains(number)).count();
    (u64::try_from(used).unwrap_or(u64::MAX) < count).then(|| match used {
        0 => format!(
            "CUDA_VISIBLE_DEVICES is `{value}`, and the container has {count}, counted from 0: the server sees no GPU"
        ),
        _ => format!("CUDA_VISIBLE_DEVICES is `{value}`: of the {count} reserved GPUs the server uses {used}"),
    })
}
