//! `service-internal-policy`: a Service answers only callers on the nodes of its few pods.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::k8s::Service;
use crate::scope::{About, Scope};

pub(super) const RULE: Rule = Rule {
    id: "service-internal-policy",
    severity: Severity::Warning,
    summary: "a Service answers only callers on the nodes of its few pods",
    versions: Versions::All,
    docs: include_str!("service_internal_policy.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = service.spec.as_ref().filter(|spec| spec.internal_traffic_policy.as_deref() == Some("Local"))
        else {
            continue;
        };
        // Without an address of its own nothing stands between the callers and the pods.
        if spec.cluster_ip.as_deref() == Some("None") {
            continue;
        }
        let Some(selector) = spec.selector.as_ref().filter(|selector| !selector.is_empty()) else { continue };
        let chosen = scope.selected(item, selector);
        let is_on_few = chosen.iter().all(|workload| {
            workload.about == About::Server
                && matches!(
                    workload.item.object,
                    Object::Deployment(_) | Object::StatefulSet(_) | Object::ReplicaSet(_)
                )
        });
        let Some(server) = chosen.first().filter(|_| is_on_few) else { continue };
        findings
            .add(
                item,
                "spec.internalTrafficPolicy",
                format!(
                    "only callers on a node where a pod of {} runs get an answer, all others get none",
                    server.item.object.reference()
                ),
                "leave internalTrafficPolicy out: Local is for a DaemonSet, which has a pod on each node",
            )
            .also(server.item, "metadata.name", "not on each node");
    }
}
