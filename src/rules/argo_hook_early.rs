//! `argo-hook-early`: a hook of Argo CD asks a server that comes after it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

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
        let names: Vec<&str> = scope
            .servers()
            .filter(|server| server.item.annotation(KEY).is_none())
            .map(|server| server.item.name())
            .collect();
        let seats = workload.seats.iter();
        let calls = seats.flat_map(|seat| scope.dialled(seat)).map(|call| call.host);
        let asked = calls.filter_map(|host| host.split('.').next()).find(|host| names.contains(host));
        let by_service = scope.called_by(workload).first().map(|server| server.item.name());
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
