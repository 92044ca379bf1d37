//! `no-probes`: nobody asks whether the server answers.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{PORT, Scope, Seat, Workload, probes};

pub(super) const RULE: Rule = Rule {
    id: "no-probes",
    severity: Severity::Info,
    summary: "nobody asks whether the server answers",
    versions: Versions::All,
    docs: include_str!("no_probes.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| probes(seat.container).next().is_none()) {
            let has_hook = seat.container.lifecycle.as_ref().is_some_and(|lifecycle| lifecycle.post_start.is_some());
            let then =
                if has_hook { "nobody sees when it stops answering" } else { "it counts as Ready before it listens" };
            findings.add(
                workload.item,
                format!("{}.readinessProbe", seat.path),
                format!("`{}` has no probe: {then}", seat.name()),
                format!("readinessProbe: {{httpGet: {{path: /, port: {}}}}}", port(scope, workload, seat)),
            );
        }
    }
}

/// Where a server listens: an image of somebody else may have a port of its own, which its container names.
fn port<'a>(scope: &Scope<'a>, workload: &Workload<'a>, seat: &Seat<'a>) -> i32 {
    let said = scope.listens(workload, seat).map_or(PORT, |address| i32::from(address.port));
    match seat.container.ports.as_deref() {
        Some([only]) if said == PORT && !seat.image().is_official() => only.container_port,
        _ => said,
    }
}
