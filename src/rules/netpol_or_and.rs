//! `netpol-or-and`: a namespace or a pod is allowed where a pod of a namespace is meant.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{LabelSelector, NetworkPolicy, NetworkPolicyPeer};
use crate::scope::{Direction, Item, Scope, is_about_ollama};

/// What pods of others' namespaces are called.
const SYSTEM: [&str; 16] = [
    "kube-dns",
    "coredns",
    "ingress-nginx",
    "nginx-ingress",
    "traefik",
    "haproxy-ingress",
    "prometheus",
    "grafana",
    "kong",
    "istio-ingressgateway",
    "envoy",
    "envoy-gateway",
    "contour",
    "cilium",
    "alloy",
    "cert-manager",
];

pub(super) const RULE: Rule = Rule {
    id: "netpol-or-and",
    severity: Severity::Warning,
    summary: "a namespace or a pod is allowed where a pod of a namespace is meant",
    versions: Versions::All,
    docs: include_str!("netpol_or_and.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = &policy.spec else { continue };
        for (direction, section, key) in [(Direction::Ingress, "ingress", "from"), (Direction::Egress, "egress", "to")]
        {
            for (number, rule) in direction.rules(spec).into_iter().enumerate() {
                let Some(pod) = torn(scope, item, rule.peers) else { continue };
                if is_about_ollama(scope, item, spec) {
                    findings.add(
                        item,
                        format!("spec.{section}[{number}].{key}[1]"),
                        format!("two entries allow either: all pods of that namespace, and pods `{pod}` of this one, of which there are none"),
                        "write namespaceSelector and podSelector in one entry, without a dash before the second",
                    );
                }
            }
        }
    }
}

/// What the pods are called that stand apart from the namespace in which they are, if that is so.
fn torn<'p>(scope: &Scope<'_>, item: Item<'_>, peers: &'p [NetworkPolicyPeer]) -> Option<&'p str> {
    let [first, second] = peers else { return None };
    let (namespace, pod) = match (first, second) {
        (NetworkPolicyPeer { namespace_selector: Some(namespace), pod_selector: None, ip_block: None }, second) => {
            (namespace, second)
        }
        (first, NetworkPolicyPeer { namespace_selector: Some(namespace), pod_selector: None, ip_block: None }) => {
            (namespace, first)
        }
        _ => return None,
    };
    let NetworkPolicyPeer { namespace_selector: None, pod_selector: Some(pod), ip_block: None } = pod else {
        return None;
    };
    let of_namespace: Vec<&str> = values(namespace).collect();
    let name = values(pod).find(|name| SYSTEM.contains(name) || of_namespace.contains(name))?;
    let is_own = of_namespace.iter().any(|namespace| item.namespace() == Some(namespace));
    let labels = pod.match_labels.as_ref()?;
    let has_own = scope.all_workloads().iter().any(|workload| {
        workload.item.may_meet(item)
            && labels.iter().all(|(key, value)| workload.labels.and_then(|own| own.get(key)) == Some(value))
    });
    (!is_own && !has_own).then_some(name)
}

/// The values of the labels that a selector asks for.
fn values(selector: &LabelSelector) -> impl Iterator<Item = &str> {
    selector.match_labels.iter().flatten().map(|(_, value)| value.as_str())
}
