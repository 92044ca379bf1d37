//! `gpu-on-sidecar`: a container reserves a GPU that it does not use.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Runs, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "gpu-on-sidecar",
    severity: Severity::Warning,
    summary: "a container reserves a GPU that it does not use",
    versions: Versions::All,
    docs: include_str!("gpu_on_sidecar.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        let ends = matches!(workload.item.object, Object::Job(_) | Object::CronJob(_));
        for seat in &workload.seats {
            let Some((key, count)) = seat.gpus().next() else { continue };
            let idle = if ends {
                only_pulls(seat) && workload.seats.iter().all(|seat| seat.is_init || only_pulls(seat))
            } else {
                // A script that is not among the manifests may start a server.
                let is_seen = !seat.may_use("ollama serve");
                seat.stays() && seat.runs == Runs::Client && (only_pulls(seat) || seat.image().is_official() && is_seen)
            };
            let message = if idle {
                format!("`{}` reserves {count} of {key}, and pulling or asking a server takes none", seat.name())
            } else if !ends && more_than_the_server(workload, seat, key, count) {
                format!(
                    "`{}` reserves {count} of {key}, more than the containers behind it: the pod keeps them",
                    seat.name()
                )
            } else {
                continue;
            };
            let path = format!("{}.resources.limits.{key}", seat.path);
            findings.add(workload.item, path, message, format!("remove {key} from `{}`", seat.name()));
        }
    }
}

/// Whether a script fetches models and never runs one.
fn only_pulls(seat: &Seat<'_>) -> bool {
    let script = seat.script();
    let has = |words: &[&str]| words.iter().any(|word| script.contains(word));
    has(&["ollama pull", "/api/pull"])
        && !has(&["ollama run", "/api/generate", "/api/chat", "/api/embed", "/v1/", "python"])
}

/// Whether an init container that only pulls makes the pod reserve more than its other containers.
fn more_than_the_server(workload: &Workload<'_>, seat: &Seat<'_>, key: &str, count: u64) -> bool {
    let rest: u64 = workload
        .seats
        .iter()
        .filter(|other| other.stays())
        .map(|other| other.extended(key))
        .fold(0, u64::saturating_add);
    seat.is_init && !seat.stays() && only_pulls(seat) && count > rest
}
