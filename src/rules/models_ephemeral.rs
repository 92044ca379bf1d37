//! `models-ephemeral`: no volume holds the models.

use super::store_elsewhere::meant_for_models;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Runs, Scope, Seat, Wanted, Workload};

pub(super) const RULE: Rule = Rule {
    id: "models-ephemeral",
    severity: Severity::Warning,
    summary: "no volume holds the models",
    versions: Versions::All,
    docs: include_str!("models_ephemeral.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let models = scope.models().of_server(workload);
        if !models.is_empty() && models.iter().all(Wanted::is_in_the_cloud) {
            continue;
        }
        for seat in workload.servers() {
            let Some(store) = scope.store(workload, seat) else { continue };
            if meant_for_models(workload, seat, &store).is_some() || seat.script().contains(".ollama") {
                continue;
            }
            let path = &store.paths[0];
            let folder = path.strip_suffix("/models").filter(|folder| folder.ends_with(".ollama")).unwrap_or(path);
            let (way, message) = match store.held {
                Held::Container => (
                    format!("{}.volumeMounts", seat.path),
                    format!("no volume holds `{path}`: all models are gone when the container restarts"),
                ),
                Held::EmptyDir(folder)
                    if folder.size_limit.is_none()
                        && seat.image().is_official()
                        && !is_filled(workload, seat, store.mount) =>
                {
                    (store.way(seat), format!("an emptyDir holds `{path}`: each new pod begins without models"))
                }
                _ => continue,
            };
            findings.add(
                workload.item,
                way,
                message,
                format!("mount a claim at {folder}; where losing the models is meant, an emptyDir with a sizeLimit"),
            );
        }
    }
}

/// Whether an init container that has nothing to do with Ollama brings the models from elsewhere.
fn is_filled(workload: &Workload<'_>, seat: &Seat<'_>, mount: Option<usize>) -> bool {
    let mount = mount.and_then(|at| seat.container.volume_mounts.as_ref()?.get(at));
    let mounts = |seat: &Seat<'_>| {
        let names = seat.container.volume_mounts.iter().flatten().map(|mount| &mount.name);
        mount.is_some_and(|mount| names.into_iter().any(|name| *name == mount.name))
    };
    workload.seats.iter().any(|seat| seat.is_init && seat.runs == Runs::Other && mounts(seat))
}
