//! `store-hostpath`: models are kept in a folder of a node.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Held, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "store-hostpath",
    severity: Severity::Warning,
    summary: "models are kept in a folder of a node",
    versions: Versions::All,
    docs: include_str!("store_hostpath.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let stores = workload.servers().filter_map(|seat| Some((seat, scope.store(workload, seat)?)));
        let Some((seat, store)) = stores.into_iter().next() else { continue };
        // With this type the kubelet makes no folder where there is none.
        let message = |folder: &str, kind: Option<&str>| match (where_it_runs(workload), kind) {
            (Where::Each, Some("Directory")) => {
                format!("each node keeps models of its own in `{folder}`, and a node without it runs no pod")
            }
            (Where::Each, _) => {
                format!("each node keeps models of its own in `{folder}`, and nothing bounds or cleans it")
            }
            (Where::One, _) => format!("the models are in `{folder}` of one node, and go with it"),
            (Where::Any, Some("Directory")) => {
                format!("the pod starts only on a node that has `{folder}`, with the models that are in it there")
            }
            (Where::Any, _) => format!("the pod finds an empty `{folder}` on each node that it has not been on"),
        };
        match store.held {
            Held::HostPath(folder) => {
                let volume = store.mount.and_then(|at| seat.container.volume_mounts.as_ref()?.get(at));
                let volume = volume.and_then(|mount| workload.volume(&mount.name)?.host_path.as_ref());
                let kind = volume.and_then(|volume| volume.type_.as_deref()).unwrap_or_default();
                if matches!(kind, "File" | "FileOrCreate" | "Socket" | "CharDevice" | "BlockDevice") {
                    let message =
                        format!("the store is a folder, and `{folder}` must be a {kind}: the pod never starts");
                    findings.add(workload.item, store.way(seat), message, "set type: DirectoryOrCreate");
                    continue;
                }
                findings.add(
                    workload.item,
                    store.way(seat),
                    message(folder, volume.and_then(|volume| volume.type_.as_deref())),
                    if matches!(where_it_runs(workload), Where::One) {
                        "mount a claim of a class that several nodes can mount, or keep a copy of what cannot be pulled again"
                    } else if workload.is_on_each_node() {
                        "mount a ReadWriteMany claim if the nodes can share the models; else give the folder a disk of its own"
                    } else {
                        "mount a claim; take a local class if the models shall stay on the node"
                    },
                );
            }
            Held::Claim(_) => {
                let Some((item, volume)) = scope.claim_of(workload, &store).and_then(|claimed| claimed.volume(scope))
                else {
                    continue;
                };
                let Some(spec) = &volume.spec else { continue };
                if let (Some(folder), None) = (&spec.host_path, &spec.node_affinity) {
                    findings
                        .add(
                            item,
                            "spec.hostPath.path",
                            message(&folder.path, folder.type_.as_deref()),
                            "make it a local volume: local: {path: …} and nodeAffinity with the name of the node",
                        )
                        .also(workload.item, store.way(seat), "the models");
                }
            }
            _ => {}
        }
    }
}

/// On which nodes a pod may run.
enum Where {
    Each,
    One,
    Any,
}

fn where_it_runs(workload: &Workload<'_>) -> Where {
    const HOST: &str = "kubernetes.io/hostname";
    let pod = workload.pod;
    if matches!(workload.item.object, Object::DaemonSet(_)) {
        return Where::Each;
    }
    let affinity = pod.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required = affinity.and_then(|a| a.required_during_scheduling_ignored_during_execution.as_ref());
    let terms = required.into_iter().flat_map(|required| &required.node_selector_terms);
    let mut hosts = terms.flat_map(|term| term.match_expressions.iter().flatten()).filter(|term| term.key == HOST);
    let selected = pod.node_selector.as_ref().is_some_and(|selector| selector.contains_key(HOST));
    let one = hosts.any(|term| term.values.as_ref().is_some_and(|values| values.len() == 1));
    if pod.node_name.is_some() || selected || one { Where::One } else { Where::Any }
}
