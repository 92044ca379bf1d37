//! `rwo-multi-replica`: several pods share a volume of one node.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "rwo-multi-replica",
    severity: Severity::Error,
    summary: "several pods share a volume of one node",
    docs: include_str!("rwo_multi_replica.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::Deployment(deployment) = object else { continue };
        let Some(spec) = &deployment.spec else { continue };
        let replicas = spec.replicas.unwrap_or(1);
        let Some(pod) = pods::spec(&spec.template).filter(|_| replicas > 1) else { continue };
        if let Some(claim) = pods::claims(bundle, pod).find(|claim| !pods::is_shared(claim)) {
            findings.add(
                object,
                "spec.replicas",
                format!(
                    "{replicas} replicas cannot mount `{}` on different nodes",
                    claim.metadata.name.as_deref().unwrap_or_default()
                ),
                "set accessModes: [ReadWriteMany] and a class that can do it, or replicas: 1",
            );
        }
    }
}
