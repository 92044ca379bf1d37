//! `volume-unknown`: a container mounts what its pod does not have.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "volume-unknown",
    severity: Severity::Error,
    summary: "a container mounts what its pod does not have",
    versions: Versions::All,
    docs: include_str!("volume_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads().filter(|workload| !workload.is_piece()) {
        let templates =
            workload.stateful_set().and_then(|set| set.volume_claim_templates.as_deref()).unwrap_or_default();
        let mut volumes: HashSet<&str> = HashSet::new();
        for (number, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            if !volumes.insert(&volume.name) && !volume.name.is_empty() {
                findings.add(
                    workload.item,
                    format!("{}.volumes[{number}].name", workload.at),
                    format!("two volumes are called `{}`: the API refuses the pod", volume.name),
                    "give one of them another name",
                );
            }
        }
        volumes.extend(templates.iter().filter_map(|template| template.metadata.name.as_deref()));
        for seat in &workload.seats {
            check_mounts(workload, seat, &volumes, findings);
        }
    }
}

fn check_mounts(workload: &Workload<'_>, seat: &Seat<'_>, volumes: &HashSet<&str>, findings: &mut Findings) {
    let mut paths: HashSet<&str> = HashSet::new();
    for (number, mount) in seat.container.volume_mounts.iter().flatten().enumerate() {
        let at = format!("{}.volumeMounts[{number}]", seat.path);
        if !mount.name.is_empty() && !mount.name.contains('$') && !volumes.contains(mount.name.as_str()) {
            let mut known: Vec<&str> = volumes.iter().copied().filter(|name| !name.is_empty()).collect();
            known.sort_unstable();
            let help = match known.as_slice() {
                [] => format!("add volumes: [{{name: {}, …}}] to the pod", mount.name),
                known => format!("mount one that is there ({}), or add it to volumes", known.join(", ")),
            };
            let message = format!("the pod has no volume `{}`: the API refuses it", mount.name);
            findings.add(workload.item, format!("{at}.name"), message, help);
        }
        if let Some(inside) =
            mount.sub_path.as_deref().filter(|path| path.starts_with('/') || path.split('/').any(|part| part == ".."))
        {
            let message = format!("`{inside}` is no path inside of the volume: the API refuses it");
            let help = format!("set subPath: {}", inside.trim_start_matches('/').replace("../", ""));
            findings.add(workload.item, format!("{at}.subPath"), message, help);
        }
        if !mount.mount_path.is_empty() && !paths.insert(&mount.mount_path) {
            let message = format!("`{}` is mounted twice: the API refuses the pod", mount.mount_path);
            findings.add(
                workload.item,
                format!("{at}.mountPath"),
                message,
                "mount one of them elsewhere, or delete it",
            );
        }
    }
}
