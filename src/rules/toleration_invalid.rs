//! `toleration-invalid`: the API server refuses a toleration.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Toleration;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "toleration-invalid",
    severity: Severity::Error,
    summary: "the API server refuses a toleration",
    versions: Versions::All,
    docs: include_str!("toleration_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (at, toleration) in workload.pod.tolerations.iter().flatten().enumerate() {
            if let Some((field, message, help)) = fault(toleration) {
                findings.add(workload.item, format!("{}.tolerations[{at}].{field}", workload.at), message, help);
            }
        }
    }
}

/// What is wrong with a toleration: the field, what is true, what to write.
fn fault(toleration: &Toleration) -> Option<(&'static str, String, &'static str)> {
    let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let exists = toleration.operator.as_deref() == Some("Exists");
    if let Some(value) = said(&toleration.value).filter(|_| exists) {
        let message = format!("`Exists` takes no value, and here is `{value}`");
        return Some(("value", message, "leave value out, or write operator: Equal"));
    }
    if !exists && said(&toleration.key).is_none() {
        let message = "without a key, the operator must be `Exists`".to_owned();
        return Some(("operator", message, "set the key of the taint, such as nvidia.com/gpu"));
    }
    if toleration.toleration_seconds.is_some() && toleration.effect.as_deref() != Some("NoExecute") {
        let message = "tolerationSeconds is for the effect `NoExecute` alone".to_owned();
        return Some(("tolerationSeconds", message, "leave tolerationSeconds out, or write effect: NoExecute"));
    }
    None
}
