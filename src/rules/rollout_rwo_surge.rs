//! `rollout-rwo-surge`: a rollout starts a second pod on a volume of one node.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "rollout-rwo-surge",
    severity: Severity::Error,
    summary: "a rollout starts a second pod on a volume of one node",
    docs: include_str!("rollout_rwo_surge.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::Deployment(deployment) = object else { continue };
        let Some(spec) = &deployment.spec else { continue };
        if pods::recreates(spec) || pods::rollout(spec).0 == 0 {
            continue;
        }
        let Some(pod) = pods::spec(&spec.template) else { continue };
        if let Some(claim) = pods::claims(bundle, pod).find(|claim| !pods::is_shared(claim)) {
            findings.add(
                object,
                "spec.strategy",
                format!(
                    "the new pod of a rollout waits on another node for `{}`, which the old pod still has",
                    claim.metadata.name.as_deref().unwrap_or_default()
                ),
                "set strategy: {type: Recreate}",
            );
        }
    }
}
