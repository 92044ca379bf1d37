//! `autoscaler-double`: two autoscalers scale one workload.

use std::collections::HashMap;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Scaler, Scope};

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-double",
    severity: Severity::Error,
    summary: "two autoscalers scale one workload",
    versions: Versions::All,
    docs: include_str!("autoscaler_double.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let mut first: HashMap<usize, Scaler<'_>> = HashMap::new();
    for scaler in scope.scalers() {
        let Some(target) = scope.target(&scaler).filter(|target| target.about != About::Other) else { continue };
        let Some(other) = first.insert(target.item.number, scaler) else { continue };
        let is_one = other.is_keda() == scaler.is_keda() && other.item.name() == scaler.item.name();
        if is_one || takes_over(&scaler) || !other.item.is_near(scaler.item) {
            continue;
        }
        let (one, two) = (other.item.object.reference(), scaler.item.object.reference());
        let message = format!("{one} and {two} both scale {}, each against the other", target.item.object.reference());
        findings
            .add(scaler.item, "spec.scaleTargetRef.name", message, "keep one of them, with the metrics of both")
            .also(other.item, "spec.scaleTargetRef.name", "scales it as well");
    }
}

/// Whether KEDA is told to take an autoscaler over that is there.
fn takes_over(scaler: &Scaler<'_>) -> bool {
    let has = |key| scaler.item.annotation(key) == Some("true");
    has("scaledobject.keda.sh/transfer-hpa-ownership") || has("validations.keda.sh/hpa-ownership")
}
