//! `rollout-hostport-surge`: a rollout starts a second pod on a port of the node that is taken.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, Workload, recreates, rollout};

pub(super) const RULE: Rule = Rule {
    id: "rollout-hostport-surge",
    severity: Severity::Warning,
    summary: "a rollout starts a second pod on a port of the node that is taken",
    versions: Versions::All,
    docs: include_str!("rollout_hostport_surge.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let Some(spec) = workload.deployment() else { continue };
        let (surge, unavailable) = rollout(spec);
        if recreates(spec) || surge <= 0 || unavailable > 0 || workload.replicas <= 0 {
            continue;
        }
        let Some((port, path)) = node_port(workload) else { continue };
        let message = match workload.only_node() {
            Some((node, _)) => {
                format!("the new pod of a rollout waits for port {port} of `{node}`, which the old pod keeps")
            }
            None => format!("the new pod of a rollout needs another node: the old pod keeps port {port} of its own"),
        };
        findings.add(workload.item, "spec.strategy", message, "set strategy: {type: Recreate}").also(
            workload.item,
            path,
            "a port of the node",
        );
    }
}

/// The first port of the node that a pod takes; in the node's network that is every port that a container names.
fn node_port(workload: &Workload<'_>) -> Option<(i32, String)> {
    let in_network = workload.pod.host_network == Some(true);
    workload.seats.iter().filter(|seat| seat.stays()).find_map(|seat| {
        let ports = seat.container.ports.as_deref().unwrap_or_default();
        ports.iter().enumerate().find_map(|(number, port)| {
            let on_node = port.host_port.filter(|port| *port > 0).or(in_network.then_some(port.container_port))?;
            Some((on_node, format!("{}.ports[{number}]", seat.path)))
        })
    })
}
