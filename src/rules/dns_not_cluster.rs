//! `dns-not-cluster`: a pod dials a Service by its name, and asks a name server that does not know it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Call, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "dns-not-cluster",
    severity: Severity::Warning,
    summary: "a pod dials a Service by its name, and asks a name server that does not know it",
    versions: Versions::All,
    docs: include_str!("dns_not_cluster.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.all_workloads() {
        let key = match (workload.pod.dns_policy.as_deref(), workload.pod.host_network) {
            (Some("Default"), _) => "dnsPolicy",
            (None | Some("ClusterFirst"), Some(true)) => "hostNetwork",
            _ => continue,
        };
        let has = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
        if workload.pod.dns_config.as_ref().is_some_and(|config| has(&config.nameservers) || has(&config.searches)) {
            continue;
        }
        let calls: Vec<Call<'_>> = workload.seats.iter().flat_map(|seat| scope.dialled(seat)).collect();
        let Some(call) = calls.iter().find(|call| is_of_cluster(scope, workload, call)) else { continue };
        let (why, help) = if key == "dnsPolicy" {
            ("dnsPolicy: Default asks the name server of the node", "set dnsPolicy: ClusterFirst, or leave it out")
        } else {
            (
                "a pod in the network of its node asks the name server of the node",
                "set dnsPolicy: ClusterFirstWithHostNet",
            )
        };
        findings
            .add(
                workload.item,
                format!("{}.{key}", workload.at),
                format!("{why}, which does not know the Service `{}` of the cluster", call.host),
                help,
            )
            .also(workload.item, &call.path, "dials it by its name");
    }
}

/// Whether a call is for a Service of Ollama by a name that only the cluster knows.
fn is_of_cluster(scope: &Scope<'_>, workload: &Workload<'_>, call: &Call<'_>) -> bool {
    let Some((name, namespace)) = call.service() else { return false };
    let is_written = workload
        .pod
        .host_aliases
        .iter()
        .flatten()
        .any(|alias| alias.hostnames.iter().flatten().any(|host| host == call.host));
    if is_written || name == "localhost" || name.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_svc = call.host.split('.').nth(2).is_some();
    let port = call.port.map(i32::from);
    let behind = scope.behind(workload.item, name, namespace, port.or(Some(80)), None);
    // Two words may be a host of the house; one word alone is what a Service is called.
    behind.is_ollama && (is_svc || namespace.is_none() || behind.service.is_some())
}
