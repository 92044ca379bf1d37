//! `host-namespaces`: the pod shares what is the node's own.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "host-namespaces",
    severity: Severity::Warning,
    summary: "the pod shares what is the node's own",
    versions: Versions::All,
    docs: include_str!("host_namespaces.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let shared = [
            (
                workload.pod.host_network,
                "hostNetwork",
                "its port is open on the node, past Services and network policies",
            ),
            (workload.pod.host_pid, "hostPID", "it sees and may signal the processes of the node"),
            (workload.pod.host_ipc, "hostIPC", "it sees the shared memory of the node"),
        ];
        for (_, field, what) in shared.into_iter().filter(|(is_shared, _, _)| *is_shared == Some(true)) {
            findings.add(
                workload.item,
                format!("{}.{field}", workload.at),
                format!("{field}: {what}"),
                format!("leave {field} out"),
            );
        }
    }
}
