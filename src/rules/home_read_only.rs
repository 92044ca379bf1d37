//! `home-read-only`: the server cannot write its key.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Class, Env, Held, Scope, Seat};

pub(super) const RULE: Rule = Rule {
    id: "home-read-only",
    severity: Severity::Warning,
    summary: "the server cannot write its key",
    versions: Versions::All,
    docs: include_str!("home_read_only.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            let Some(store) = scope.store(workload, seat).filter(|store| store.read_only) else { continue };
            let is_home = scope.env(workload, seat, "OLLAMA_MODELS") == Env::Absent;
            // `ro-models-uninit` says so where nobody can have written there.
            let is_elsewhere = match store.held {
                Held::Claim(claim) => {
                    let others = scope.users_of_name(workload.item, claim);
                    let class = scope.claim_of(workload, &store).map(|claimed| claimed.class(scope));
                    others.len() < 2 && class.is_none_or(|class| matches!(class, Class::Empty | Class::Other(_)))
                }
                Held::HostPath(_) => true,
                _ => false,
            };
            let has_writer = workload.seats.iter().any(|other| writes(other, seat, store.mount));
            // The key is one folder above the models.
            let path = store.mount.and_then(|at| seat.container.volume_mounts.as_ref()?.get(at));
            let is_above = path.is_some_and(|mount| !mount.mount_path.trim_end_matches('/').ends_with("/models"));
            if is_home && is_above && is_elsewhere && !has_writer {
                findings.add(
                    workload.item,
                    store.way(seat).replace(".mountPath", ".readOnly"),
                    "the server keeps its key beside the models: without one there it cannot make it and ends, and no model can be pulled",
                    "leave readOnly out; or mount the models alone, at a path that OLLAMA_MODELS names",
                );
            }
        }
    }
}

/// Whether another container of the pod mounts the same volume to write.
fn writes(other: &Seat<'_>, seat: &Seat<'_>, mount: Option<usize>) -> bool {
    let of =
        |seat: &Seat<'_>, at: usize| seat.container.volume_mounts.as_ref()?.get(at).map(|mount| mount.name.clone());
    let name = mount.and_then(|at| of(seat, at));
    let mut mounts = other.container.volume_mounts.iter().flatten();
    mounts.any(|own| Some(&own.name) == name.as_ref() && own.read_only != Some(true))
}
