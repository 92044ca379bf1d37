//! `pdb-invalid`: the API refuses a disruption budget.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, PodDisruptionBudget};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "pdb-invalid",
    severity: Severity::Error,
    summary: "the API refuses a disruption budget",
    versions: Versions::All,
    docs: include_str!("pdb_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, budget) in scope.all::<PodDisruptionBudget>() {
        let Some(spec) = budget.spec.as_ref().filter(|_| scope.concerns_ollama(item)) else { continue };
        if spec.min_available.is_some() && spec.max_unavailable.is_some() {
            let message = "minAvailable and maxUnavailable may not both be set: the API refuses the budget";
            findings.add(item, "spec.minAvailable", message, "keep maxUnavailable: 1").also(
                item,
                "spec.maxUnavailable",
                "the other one",
            );
        }
        for (field, amount) in [("minAvailable", &spec.min_available), ("maxUnavailable", &spec.max_unavailable)] {
            if let Some((message, help)) = amount.as_ref().and_then(|amount| fault(field, amount)) {
                findings.add(item, format!("spec.{field}"), message, help);
            }
        }
    }
}

fn fault(field: &str, amount: &IntOrString) -> Option<(String, String)> {
    match amount {
        IntOrString::Int(number) => {
            (*number < 0).then(|| (format!("{number} is below zero"), format!("set {field}: 1, or a share: 50%")))
        }
        IntOrString::String(text) if text.contains('$') || text.contains("{{") => None,
        IntOrString::String(text) => match text.strip_suffix('%').map(str::parse::<u32>) {
            Some(Ok(percent)) if percent <= 100 => None,
            Some(Ok(_)) => Some((format!("{text} is more than all pods"), format!("set {field}: 50%"))),
            _ if text.parse::<u32>().is_ok() => {
                let message = format!("\"{text}\" is text, and text must be a share with %");
                Some((message, format!("set {field}: {text} without quotes")))
            }
            _ => Some((format!("\"{text}\" is neither a number nor a share"), format!("set {field}: 1, or 50%"))),
        },
    }
}
