//! `ro-models-uninit`: models are kept where nobody can write.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PersistentVolumeClaim;
use crate::scope::{Class, Held, Scope, Seat, Store, Workload};

pub(super) const RULE: Rule = Rule {
    id: "ro-models-uninit",
    severity: Severity::Error,
    summary: "models are kept where nobody can write",
    versions: Versions::All,
    docs: include_str!("ro_models_uninit.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers() {
            let Some(store) = scope.store(workload, seat) else { continue };
            if let Some(claimed) = scope.claim_of(workload, &store).filter(|claimed| is_new(claimed.claim)) {
                let modes = claimed.claim.spec.as_ref().and_then(|spec| spec.access_modes.as_deref());
                let by_hand = matches!(claimed.class(scope), Class::Empty | Class::Other(_));
                if !by_hand && modes.is_some_and(|modes| matches!(modes, [only] if only == "ReadOnlyMany")) {
                    findings.add(
                        claimed.item,
                        claimed.path("spec.accessModes"),
                        format!("`{}` is new and can only be read: nobody ever puts a model into it", claimed.name()),
                        "set accessModes: [ReadWriteOnce], or [ReadWriteMany] for several pods",
                    );
                }
            }
            if !store.read_only {
                continue;
            }
            let name =
                store.mount.and_then(|at| seat.container.volume_mounts.as_ref()?.get(at)).map_or("", |m| &m.name);
            let own = scope.models().of_server(workload).iter().find(|wanted| {
                wanted.pulled && wanted.number == workload.item.number && wanted.path.starts_with(&seat.path)
            });
            let message = match own {
                Some(wanted) => format!("`{}` is pulled into `{name}`, which is mounted read-only", wanted.name),
                None if is_never_written(scope, workload, &store, name) => {
                    format!(
                        "`{name}` is mounted read-only, and nobody puts `blobs` and `manifests` into it: the server exits"
                    )
                }
                None => continue,
            };
            findings.add(
                workload.item,
                store.way(seat).replace(".mountPath", ".readOnly"),
                message,
                "leave readOnly out, or fill the volume with an init container or a Job that mounts it writable",
            );
        }
    }
}

/// Whether the volume is new and nobody among the manifests can write to it.
fn is_never_written(scope: &Scope<'_>, workload: &Workload<'_>, store: &Store<'_>, name: &str) -> bool {
    if workload.seats.iter().any(|seat| writes(seat, name)) {
        return false;
    }
    match store.held {
        Held::EmptyDir(_) => true,
        Held::Template(_) => scope.claim_of(workload, store).is_some_and(|claimed| is_new(claimed.claim)),
        Held::Claim(claim) => {
            let Some(claimed) = scope.claim_of(workload, store).filter(|claimed| is_new(claimed.claim)) else {
                return false;
            };
            let by_hand = matches!(claimed.class(scope), Class::Empty | Class::Other(_));
            let others = scope.users_of_name(workload.item, claim);
            let written = others.iter().any(|user| {
                let volumes = user.pod.volumes.iter().flatten();
                let mut names = volumes.filter(|volume| {
                    volume
                        .persistent_volume_claim
                        .as_ref()
                        .is_some_and(|source| source.claim_name == claim && source.read_only != Some(true))
                });
                names.any(|volume| user.seats.iter().any(|seat| writes(seat, &volume.name)))
            });
            !by_hand && !written
        }
        _ => false,
    }
}

fn writes(seat: &Seat<'_>, name: &str) -> bool {
    seat.container.volume_mounts.iter().flatten().any(|mount| mount.name == name && mount.read_only != Some(true))
}

/// Whether a claim is for an empty volume.
fn is_new(claim: &PersistentVolumeClaim) -> bool {
    claim.spec.as_ref().is_some_and(|spec| {
        spec.data_source.is_none()
            && spec.data_source_ref.is_none()
            && spec.volume_name.is_none()
            && spec.selector.is_none()
    })
}
