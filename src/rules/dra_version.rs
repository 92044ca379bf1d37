//! `dra-version`: this release of Kubernetes does not serve this version of the API for devices.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use crate::bundle::Object;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "dra-version",
    severity: Severity::Error,
    summary: "this release of Kubernetes does not serve this version of the API for devices",
    versions: Versions::Before(34),
    docs: include_str!("dra_version.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for workload in scope.workloads().filter(|workload| workload.pod.resource_claims.is_some()) {
        for (item, _) in scope.device_claims(workload) {
            let Object::Custom(custom) = item.object else { continue };
            if custom.api_version == "resource.k8s.io/v1" && seen.insert(item.number) {
                findings.add(
                    item,
                    "apiVersion",
                    "resource.k8s.io/v1 is served from Kubernetes 1.34 on",
                    "ask for resources.limits: {nvidia.com/gpu: 1}, or run 1.34",
                );
            }
        }
    }
}
