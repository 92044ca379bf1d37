//! `pdb-blocks-drain`: a disruption budget never lets a pod go.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};
use crate::k8s::IntOrString;

pub(super) const RULE: Rule = Rule {
    id: "pdb-blocks-drain",
    severity: Severity::Error,
    summary: "a disruption budget never lets a pod go",
    docs: include_str!("pdb_blocks_drain.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::PodDisruptionBudget(budget) = object else { continue };
        let Some(spec) = &budget.spec else { continue };
        let empty = BTreeMap::new();
        let selector = spec.selector.as_ref().and_then(|selector| selector.match_labels.as_ref()).unwrap_or(&empty);
        let chosen =
            bundle.workloads().filter(|workload| !matches!(workload.object, Object::Job(_))).filter(|workload| {
                pods::selects(selector, workload.template.metadata.as_ref().and_then(|meta| meta.labels.as_ref()))
            });
        let replicas: i32 = chosen.map(|workload| workload.replicas).sum();
        let blocks = match (&spec.max_unavailable, &spec.min_available) {
            (Some(IntOrString::Int(0)), _) => Some("maxUnavailable"),
            (Some(IntOrString::String(share)), _) if share == "0%" => Some("maxUnavailable"),
            (_, Some(IntOrString::Int(least))) if replicas > 0 && *least >= replicas => Some("minAvailable"),
            (_, Some(IntOrString::String(share))) if share == "100%" => Some("minAvailable"),
            _ => None,
        };
        if let Some(field) = blocks {
            let message = format!("none of {replicas} pods may ever be away, so a drain of their node never ends");
            findings.add(
                object,
                format!("spec.{field}"),
                message,
                "set maxUnavailable: 1, or leave the budget out for a single pod",
            );
        }
    }
}
