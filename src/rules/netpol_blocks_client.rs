//! `netpol-blocks-client`: a policy keeps out a pod that calls the server.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::LabelSelector;
use crate::scope::{Direction, Governed, PORT, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "netpol-blocks-client",
    severity: Severity::Error,
    summary: "a policy keeps out a pod that calls the server",
    versions: Versions::All,
    docs: include_str!("netpol_blocks_client.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let bound = scope.bound(Direction::Ingress);
    if bound.is_empty() {
        return;
    }
    for client in scope.all_workloads() {
        for server in scope.called_by(client) {
            if client.item.namespace() != server.item.namespace() {
                continue;
            }
            let Some(group) = bound.get(&server.item.number) else { continue };
            let Some((first, spec)) = group.policies.first().filter(|_| !may_come(group, client)) else { continue };
            findings
                .add(
                    *first,
                    "spec.ingress",
                    format!("`{}` calls the server, and no policy lets its pods in", client.item.name()),
                    let_in(
                        client,
                        server,
                        spec.pod_selector.as_ref().is_none_or(|chosen| *chosen == LabelSelector::default()),
                    ),
                )
                .also(client.item, "metadata.name", "calls the server");
        }
    }
}

/// What lets the client in; a policy that binds all pods should not open all of them.
fn let_in(client: &Workload<'_>, server: &Workload<'_>, binds_all: bool) -> String {
    let labels = |workload: &Workload<'_>| {
        let pairs = workload.labels.into_iter().flatten().take(2).map(|(key, value)| format!("{key}: {value}"));
        let pairs: Vec<String> = pairs.collect();
        if pairs.is_empty() { "{}".to_owned() } else { format!("{{matchLabels: {{{}}}}}", pairs.join(", ")) }
    };
    let rule = format!("ingress: [{{from: [{{podSelector: {}}}], ports: [{{port: {PORT}}}]}}]", labels(client));
    if binds_all {
        format!("add a NetworkPolicy with podSelector: {}, policyTypes: [Ingress] and {rule}", labels(server))
    } else {
        format!("add {rule}")
    }
}

/// Whether a policy of a server lets in the pods of a client.
fn may_come(group: &Governed<'_, '_>, client: &Workload<'_>) -> bool {
    let mut rules = group.policies.iter().flat_map(|(_, spec)| Direction::Ingress.rules(spec));
    rules.any(|rule| rule.may_have(client.item.namespace(), client.labels))
}
