//! `no-probes`: nobody asks whether the server answers.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, probes};

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
                "readinessProbe: {httpGet: {path: /, port: 11434}}",
            );
        }
    }
}
