//! `rollout-antiaffinity-deadlock`: a rollout starts a pod that its own anti-affinity keeps off every node.

use super::{Findings, Rule, Severity, pods};
use crate::bundle::{Bundle, Object};

pub(super) const RULE: Rule = Rule {
    id: "rollout-antiaffinity-deadlock",
    severity: Severity::Error,
    summary: "a rollout starts a pod that its own anti-affinity keeps off every node",
    docs: include_str!("rollout_antiaffinity_deadlock.md"),
    check,
};

fn check(bundle: &Bundle, findings: &mut Findings) {
    for object in bundle.iter() {
        let Object::Deployment(deployment) = object else { continue };
        let Some(spec) = &deployment.spec else { continue };
        let (surge, unavailable) = pods::rollout(spec);
        if pods::recreates(spec) || surge == 0 || unavailable > 0 {
            continue;
        }
        let labels = spec.template.metadata.as_ref().and_then(|meta| meta.labels.as_ref());
        let own = pods::spec(&spec.template)
            .and_then(|pod| {
                pod.affinity
                    .as_ref()?
                    .pod_anti_affinity
                    .as_ref()?
                    .required_during_scheduling_ignored_during_execution
                    .as_ref()
            })
            .into_iter()
            .flatten()
            .filter(|term| term.topology_key == "kubernetes.io/hostname" && term.match_label_keys.is_none())
            .filter_map(|term| term.label_selector.as_ref()?.match_labels.as_ref())
            .any(|selector| pods::selects(selector, labels));
        if own {
            findings.add(
                object,
                "spec.strategy",
                "the extra pod of a rollout may share no node with the pods that it replaces, and none of them goes first",
                "set strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}",
            );
        }
    }
}
