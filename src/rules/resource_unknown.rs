//! `resource-unknown`: a container asks for a resource that does not exist.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Use, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "resource-unknown",
    severity: Severity::Error,
    summary: "a container asks for a resource that does not exist",
    versions: Versions::All,
    docs: include_str!("resource_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let is_asked = |used| matches!(used, Use::Limit | Use::Request);
    for placed in scope.amounts(|key, used, _| is_asked(used) && key.contains('/') && !is_refused(key)) {
        if !placed.path.contains("ontainers[") {
            let message = format!("a pod as a whole cannot have {}, only its containers can", placed.key);
            findings.add(placed.item, placed.path, message, "move it to the resources of the container");
        }
    }
    for placed in scope.amounts(|key, used, _| is_asked(used) && device(key).is_some()) {
        let Some(meant) = device(placed.key) else { continue };
        let message = format!("no node offers `{}`: the pod stays Pending", placed.key);
        findings.add(placed.item, placed.path.clone(), message, format!("write {meant}"));
    }
    for placed in scope.amounts(|key, used, _| is_asked(used) && is_refused(key)) {
        let help = match placed.key {
            "gpu" | "gpus" | "nvidia.com" | "nvidia" => {
                "write nvidia.com/gpu, with the full name of the resource".to_owned()
            }
            "storage" | "disk" => "write ephemeral-storage; a volume is a claim of its own".to_owned(),
            "mem" | "ram" => "write memory".to_owned(),
            "cpus" | "cores" => "write cpu".to_owned(),
            key => match key.split_once("requests.").or_else(|| key.split_once("limits.")) {
                Some((_, name)) => format!("write {name}"),
                None => "write cpu, memory, ephemeral-storage, or a name such as nvidia.com/gpu".to_owned(),
            },
        };
        findings.add(
            placed.item,
            placed.path.clone(),
            format!("`{}` is no resource that a container can have", placed.key),
            help,
        );
    }
}

fn is_refused(key: &str) -> bool {
    let is_known = matches!(key, "cpu" | "memory" | "ephemeral-storage") || key.starts_with("hugepages-");
    let is_extended = key.contains('/') && !key.starts_with("requests.") && key.matches('/').count() == 1;
    !is_known && !is_extended && !is_variable(key)
}

/// The resource of a device plugin that a name with a slip means.
fn device(key: &str) -> Option<&'static str> {
    const KNOWN: [&str; 2] = ["nvidia.com/gpu", "amd.com/gpu"];
    let lower = key.to_ascii_lowercase();
    let bare = |name: &str| name.replace(".com/", "/");
    let is_meant = |known: &&&str| {
        bare(&lower) == bare(known) || strsim::osa_distance(&lower, known) == 1 && !lower.contains("vgpu")
    };
    KNOWN.iter().filter(|_| key.contains('/') && !KNOWN.contains(&key)).find(is_meant).copied()
}
