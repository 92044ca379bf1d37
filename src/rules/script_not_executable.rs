//! `script-not-executable`: a container runs a file that it may not run.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "script-not-executable",
    severity: Severity::Error,
    summary: "a container runs a file that it may not run",
    versions: Versions::All,
    docs: include_str!("script_not_executable.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let Some(path) = seat.container.command.as_ref().and_then(|words| words.first()) else { continue };
            let Some((mount, Some(volume))) = workload.mount_of(seat, path) else { continue };
            let (map, secret) = (volume.config_map.as_ref(), volume.secret.as_ref());
            let items = map.and_then(|map| map.items.as_ref()).or(secret.and_then(|secret| secret.items.as_ref()));
            let has_modes = items.is_some_and(|items| items.iter().any(|item| item.mode.is_some()));
            let mode = match (map, secret) {
                (Some(map), _) => map.default_mode,
                (_, Some(secret)) => secret.default_mode,
                _ => continue,
            };
            // Written as 0755, or as 755, which another rule tells.
            if has_modes || mode.unwrap_or(0o644) & 0o111 != 0 || path == &mount.mount_path && mount.sub_path.is_none()
            {
                continue;
            }
            let kind = if map.is_some() { "configMap" } else { "secret" };
            findings.add(
                workload.item,
                format!("{}.command[0]", seat.path),
                format!(
                    "`{path}` is a file of mode {:04o}: nobody may run it, and the container does not start",
                    mode.unwrap_or(0o644)
                ),
                format!("set defaultMode: 0755 in the {kind} of the volume, or write command: [sh, {path}]"),
            );
        }
    }
}
