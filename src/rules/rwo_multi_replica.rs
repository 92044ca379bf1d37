//! `rwo-multi-replica`: several pods share a volume of one node.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Item, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "rwo-multi-replica",
    severity: Severity::Error,
    summary: "several pods share a volume of one node",
    versions: Versions::All,
    docs: include_str!("rwo_multi_replica.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        if workload.is_on_each_node() {
            let help = "set accessModes: [ReadWriteMany] and a class that can do it, or use a hostPath";
            say(scope, workload, (workload.item, "spec.template.spec.volumes"), "pods of a DaemonSet", help, findings);
        } else if workload.replicas > 1 {
            let field = if workload.job().is_some() { "parallelism" } else { "replicas" };
            let path = workload.at.replace("template.spec", field);
            let help = format!("set accessModes: [ReadWriteMany] and a class that can do it, or {field}: 1");
            say(scope, workload, (workload.item, &path), &format!("{} pods", workload.replicas), &help, findings);
        }
    }
    for scaler in scope.scalers() {
        let (field, Some(most)) = scaler.most() else { continue };
        let target =
            scope.target(&scaler).filter(|target| most > 1 && target.replicas <= 1 && target.about != About::Other);
        let Some(target) = target else { continue };
        let help = format!("set accessModes: [ReadWriteMany] and a class that can do it, or {field}: 1");
        say(scope, target, (scaler.item, &format!("spec.{field}")), &format!("up to {most} pods"), &help, findings);
    }
}

fn say<'a>(
    scope: &Scope<'a>,
    workload: &Workload<'a>,
    (item, path): (Item<'a>, &str),
    pods: &str,
    help: &str,
    findings: &mut Findings,
) {
    let claims = scope.claims(workload);
    let mut torn =
        claims.iter().filter(|claimed| claimed.is_one_for_all() && scope.is_torn_between_nodes(workload, claimed));
    if let Some(claimed) = torn.next() {
        let message = format!("{pods} cannot mount `{}` on different nodes", claimed.item.name());
        findings.add(item, path, message, help).also(claimed.item, "spec.accessModes", "mounted by one node");
    }
}
