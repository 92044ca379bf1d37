//! `argo-hook-early`: a hook of Argo CD asks a server that comes after it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Seat};

pub(super) const RULE: Rule = Rule {
    id: "argo-hook-early",
    severity: Severity::Warning,
    summary: "a hook of Argo CD asks a server that comes after it",
    versions: Versions::All,
    docs: include_str!("argo_hook_early.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    const KEY: &str = "argocd.argoproj.io/hook";
    for workload in scope.workloads().filter(|workload| workload.job().is_some()) {
        let is_early =
            workload.item.annotation(KEY).is_some_and(|hook| hook.split(',').any(|one| one.trim() == "PreSync"));
        if !is_early {
            continue;
        }
        // Who goes on where nobody answers waits for nobody.
        let goes_on = |seat: &Seat<'_>| {
            let words = [&seat.container.command, &seat.container.args].into_iter().flatten().flatten();
            words.into_iter().any(|word| word.contains("||"))
        };
        if workload.seats.iter().any(goes_on) {
            continue;
        }
        let later = scope.servers().filter(|server| server.item.annotation(KEY).is_none());
        let names: Vec<&str> = later
            .filter(|server| server.item.namespace() == workload.item.namespace())
            .map(|server| server.item.name())
            .collect();
        let seats = workload.seats.iter();
        let hosts: Vec<&str> = seats.flat_map(|seat| scope.calls(workload, seat)).map(|call| call.host).collect();
        let is_elsewhere = |host: &&str| host.split('.').nth(1).is_some_and(|of| workload.item.namespace() != Some(of));
        let asked = hosts.iter().copied().find(|host| names.contains(host));
        let mut called = scope.called_by(workload).into_iter().map(|server| server.item.name());
        let by_service = called.next().filter(|_| !hosts.iter().any(is_elsewhere));
        if let Some(server) = asked.or(by_service) {
            findings.add(
                workload.item,
                format!("metadata.annotations.{KEY}"),
                format!("it waits for `{server}`, which Argo CD makes only when this hook has ended"),
                "write PostSync",
            );
        }
    }
}
