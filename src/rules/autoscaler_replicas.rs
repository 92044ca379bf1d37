//! `autoscaler-replicas`: a number of pods is written down for a workload that is scaled.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-replicas",
    severity: Severity::Warning,
    summary: "a number of pods is written down for a workload that is scaled",
    versions: Versions::All,
    docs: include_str!("autoscaler_replicas.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers() {
        let Some(target) = scope.target(&scaler).filter(|target| target.about != About::Other) else { continue };
        let Some(replicas) = target.item.at(&["spec", "replicas"]).and_then(Node::text) else { continue };
        if replicas.contains('$') || scaler.least().1 == scaler.most().1 {
            continue;
        }
        findings
            .add(
                target.item,
                "spec.replicas",
                format!("each apply sets {replicas}, whatever {} has made of it", scaler.item.object.reference()),
                "leave replicas out; the first apply after that may set 1 for a moment",
            )
            .also(scaler.item, "spec.scaleTargetRef.name", "scaled here");
    }
}
