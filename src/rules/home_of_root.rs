//! `home-of-root`: the volume for models is where only a user without a home has them.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope};

pub(super) const RULE: Rule = Rule {
    id: "home-of-root",
    severity: Severity::Info,
    summary: "the volume for models is where only a user without a home has them",
    versions: Versions::All,
    docs: include_str!("home_of_root.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            let Some(store) = scope.store(workload, seat) else { continue };
            let (Some(at), false) = (store.mount, matches!(store.held, Held::Container | Held::EmptyDir(_))) else {
                continue;
            };
            let mount = seat.container.volume_mounts.iter().flatten().nth(at).map(|mount| mount.mount_path.as_str());
            let Some(mount) = mount.filter(|mount| mount.starts_with("/.ollama")) else { continue };
            if store.paths.first().is_some_and(|first| first.starts_with("/root/")) {
                findings.add(
                    workload.item,
                    store.way(seat),
                    format!("root, as whom the image runs unless the platform gives pods another user, has its models in /root/.ollama and not in `{mount}`"),
                    "set mountPath: /root/.ollama, or say runAsUser; leave it on OpenShift, whose pods have a user without a home",
                );
            }
        }
    }
}
