//! `grace-period`: answers that are being written are cut when the pod stops.

use std::collections::HashSet;

use super::shell_hides_term::hiding;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "grace-period",
    severity: Severity::Info,
    summary: "answers that are being written are cut when the pod stops",
    versions: Versions::All,
    docs: include_str!("grace_period.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let unstopped: HashSet<(usize, &str)> =
        hiding(scope).map(|ran| (ran.workload.item.number, ran.seat.path.as_str())).collect();
    for workload in scope.servers() {
        let seconds = workload.pod.termination_grace_period_seconds.unwrap_or(30);
        for seat in workload.servers() {
            let lifecycle = seat.container.lifecycle.as_ref();
            if lifecycle.is_some_and(|lifecycle| lifecycle.pre_stop.is_some())
                || unstopped.contains(&(workload.item.number, seat.path.as_str()))
            {
                continue;
            }
            let sleep = "preStop: {exec: {command: [sleep, \"60\"]}}";
            let wait = match lifecycle {
                Some(_) => format!("add {sleep} to lifecycle"),
                None => format!("set lifecycle: {{{sleep}}}"),
            };
            let grace = if seconds < 90 { ", and terminationGracePeriodSeconds: 90" } else { "" };
            findings.add(
                workload.item,
                format!("{}.lifecycle.preStop", seat.path),
                format!("Ollama cuts all answers as soon as it is told to stop, whatever the grace of {seconds} s"),
                format!("{wait}{grace}; each stop then takes 60 s longer"),
            );
        }
    }
}
