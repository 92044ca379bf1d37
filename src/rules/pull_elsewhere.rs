//! `pull-elsewhere`: an init container pulls models to where the server does not look.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Held, Scope, Seat, Store, Workload};

pub(super) const RULE: Rule = Rule {
    id: "pull-elsewhere",
    severity: Severity::Error,
    summary: "an init container pulls models to where the server does not look",
    versions: Versions::All,
    docs: include_str!("pull_elsewhere.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let Some(kept) = workload.servers().find_map(|seat| Some((seat, scope.store(workload, seat)?))) else {
            continue;
        };
        for ran in scope.programs_of(workload).filter(|ran| ran.must_end() && scope.asks_itself(*ran)) {
            let statements = ran.program.script.statements();
            let starts = statements.iter().any(|statement| statement.simple.serves());
            // What is copied may get there in another way.
            let copies = ["cp", "mv", "rsync", "tar", "ln"];
            if statements.iter().any(|statement| copies.iter().any(|program| statement.simple.runs(program))) {
                continue;
            }
            let Some(pull) = statements.iter().find(|statement| statement.simple.brings()).filter(|_| starts) else {
                continue;
            };
            let Some(store) = scope.store(workload, ran.seat) else { continue };
            let (Some(here), Some(there)) = (place(workload, ran.seat, &store), place(workload, kept.0, &kept.1))
            else {
                continue;
            };
            if here == there || there.is_empty() {
                continue;
            }
            let path = kept.1.paths.first().map_or("", String::as_str);
            let own = store.paths.first().map_or("", String::as_str);
            let lost = if here.is_empty() { ", and they are gone with it" } else { "" };
            findings
                .add_in(
                    ran.program,
                    pull.simple,
                    format!(
                        "`{}` puts its models into {own}{}{lost}: the server, which looks in {path}, has none",
                        ran.seat.name(),
                        if here.is_empty() { " of its own container" } else { " of another folder of the volume" }
                    ),
                    format!(
                        "give `{}` the same mounts and the same variables OLLAMA_MODELS and HOME as `{}`",
                        ran.seat.name(),
                        kept.0.name()
                    ),
                )
                .also(workload.item, kept.1.way(kept.0), "where the server looks");
        }
    }
}

/// Which folder of which volume a store is; empty: of the container itself.
fn place(workload: &Workload<'_>, seat: &Seat<'_>, store: &Store<'_>) -> Option<String> {
    let Some(at) = store.mount else { return (store.held == Held::Container).then(String::new) };
    let mount = seat.container.volume_mounts.as_ref()?.get(at)?;
    let inside = store.paths.iter().find_map(|path| path.strip_prefix(mount.mount_path.trim_end_matches('/')))?;
    // Which volume it is: two names of a pod may stand for one claim.
    let volume = workload.volume(&mount.name);
    let claim = volume.and_then(|volume| volume.persistent_volume_claim.as_ref()).map(|claim| &claim.claim_name);
    let folder = mount.sub_path.as_deref().unwrap_or_default().trim_matches('/');
    if mount.sub_path_expr.is_some() {
        return None;
    }
    let name = claim.unwrap_or(&mount.name);
    Some(
        [name, folder, inside.trim_matches('/')]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join("/"),
    )
}
