//! `nonroot-home`: the user of the container cannot write where the server keeps its key and its models.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Env, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "nonroot-home",
    severity: Severity::Error,
    summary: "the user of the container cannot write where the server keeps its key and its models",
    versions: Versions::All,
    docs: include_str!("nonroot_home.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            let Some(user) = seat.user(workload.pod).filter(|user| *user > 0) else { continue };
            if seat.may_use("HOME=") {
                continue;
            }
            let home = match scope.env(workload, seat, "HOME") {
                Env::Text(home) => home,
                // The image has a user 1000, whose home is there; any other has none and gets `/`.
                Env::Absent if user == 1000 => "/home/ubuntu",
                Env::Absent => "/",
                Env::Unknown => continue,
            };
            if is_writable(workload, seat, home, user)
                || is_writable(workload, seat, &format!("{}/.ollama", home.trim_end_matches('/')), user)
            {
                continue;
            }
            findings.add(
                workload.item,
                format!("{}.env", seat.path),
                format!("user {user} cannot write to {home}, where the server keeps its key: it ends at once"),
                mend(workload, seat, user),
            );
        }
    }
}

/// What to write: a home that is mounted already, or one with a volume of its own.
pub(super) fn mend(workload: &Workload<'_>, seat: &Seat<'_>, user: i64) -> String {
    let mounts = seat.container.volume_mounts.iter().flatten().filter(|mount| mount.read_only != Some(true));
    let mut homes = mounts.map(|mount| mount.mount_path.as_str()).filter(|path| path.starts_with("/home/"));
    match homes.find(|home| is_writable(workload, seat, home, user)) {
        Some(home) => format!("set HOME: {home}, which is mounted already"),
        None => "set HOME: /home/ollama and mount a volume there: {name: home, emptyDir: {}}".to_owned(),
    }
}

/// Whether a user other than root may write below a path: on a volume, or in the home that the image has for user 1000.
pub(super) fn is_writable(workload: &Workload<'_>, seat: &Seat<'_>, path: &str, user: i64) -> bool {
    if let Some((mount, _)) = workload.mount_of(seat, path) {
        // `/root` itself is shut for others, and so is every mount inside it.
        return !mount.mount_path.starts_with("/root/");
    }
    let is_shut =
        seat.container.security_context.as_ref().is_some_and(|context| context.read_only_root_filesystem == Some(true));
    let is_free = path.starts_with("/tmp") || (user == 1000 && path.starts_with("/home/ubuntu"));
    is_free && !is_shut
}
