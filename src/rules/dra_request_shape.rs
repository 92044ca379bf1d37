//! `dra-request-shape`: a device request is written for another version of its API.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use crate::bundle::Object;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "dra-request-shape",
    severity: Severity::Error,
    summary: "a device request is written for another version of its API",
    versions: Versions::All,
    docs: include_str!("dra_request_shape.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for workload in scope.workloads().filter(|workload| workload.pod.resource_claims.is_some()) {
        for (item, way) in scope.device_claims(workload) {
            let Object::Custom(custom) = item.object else { continue };
            if !seen.insert(item.number) {
                continue;
            }
            let requests = format!("{way}.devices.requests");
            let Some(list) = item.written(&requests) else { continue };
            for (at, request) in list.items().iter().enumerate() {
                let is_flat = request.get("deviceClassName").is_some();
                let is_nested = request.get("exactly").is_some();
                let path = format!("{requests}[{at}]");
                match custom.api_version.as_str() {
                    "resource.k8s.io/v1" | "resource.k8s.io/v1beta2" if is_flat => {
                        findings.add(
                            item,
                            format!("{path}.deviceClassName"),
                            format!("`deviceClassName` stands below `exactly` in {}", custom.api_version),
                            "write exactly: {deviceClassName: gpu.nvidia.com}",
                        );
                    }
                    "resource.k8s.io/v1beta1" if is_nested => {
                        findings.add(
                            item,
                            format!("{path}.exactly"),
                            "resource.k8s.io/v1beta1 has no `exactly`: `deviceClassName` stands in the request itself",
                            "write deviceClassName: gpu.nvidia.com, or apiVersion: resource.k8s.io/v1 (from 1.34 on)",
                        );
                    }
                    _ => {}
                }
            }
        }
    }
}
