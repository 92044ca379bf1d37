//! `service-external-policy`: a Service inside the cluster says how requests from outside go.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "service-external-policy",
    severity: Severity::Error,
    summary: "a Service inside the cluster says how requests from outside go",
    versions: Versions::All,
    docs: include_str!("service_external_policy.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = &service.spec else { continue };
        let Some(policy) = spec.external_traffic_policy.as_ref().filter(|policy| !policy.is_empty()) else { continue };
        let is_inside = match spec.type_.as_deref() {
            None => spec.ports.is_some() && !scope.may_be_patch(item),
            Some(kind) => matches!(kind, "ClusterIP" | "ExternalName"),
        };
        let has_addresses = spec.external_ips.as_ref().is_some_and(|addresses| !addresses.is_empty());
        if is_inside && !has_addresses && scope.is_ollamas(item) {
            findings.add(
                item,
                "spec.externalTrafficPolicy",
                format!(
                    "the API refuses externalTrafficPolicy: {policy} for type {}: nobody comes from outside",
                    spec.type_.as_deref().unwrap_or("ClusterIP")
                ),
                "leave externalTrafficPolicy out, or set type: LoadBalancer or NodePort",
            );
        }
    }
}
