//! `toleration-everything`: a pod tolerates every taint.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "toleration-everything",
    severity: Severity::Info,
    summary: "a pod tolerates every taint",
    versions: Versions::All,
    docs: include_str!("toleration_everything.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads().filter(|workload| !workload.is_on_each_node()) {
        let tolerations = workload.pod.tolerations.as_deref().unwrap_or_default();
        let says = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        let everything = tolerations.iter().position(|toleration| {
            toleration.operator.as_deref() == Some("Exists") && !says(&toleration.key) && !says(&toleration.effect)
        });
        if let Some(number) = everything {
            findings.add(
                workload.item,
                format!("{}.tolerations[{number}]", workload.at),
                "it may run on nodes that are being emptied or are broken, and is not taken off a dead one",
                "name the taints of your nodes, such as {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}",
            );
        }
    }
}
