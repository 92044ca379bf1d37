//! `autoscaler-range`: an autoscaler may have fewer pods than it must.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "autoscaler-range",
    severity: Severity::Error,
    summary: "an autoscaler may have fewer pods than it must",
    versions: Versions::All,
    docs: include_str!("autoscaler_range.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers() {
        let ((least_field, Some(least)), (most_field, Some(most))) = (scaler.least(), scaler.most()) else { continue };
        if least > most && scope.scales_ollama(&scaler) {
            findings
                .add(
                    scaler.item,
                    format!("spec.{most_field}"),
                    format!("at most {most} pods are fewer than at least {least}: it is refused"),
                    format!("set {most_field}: {least} or more"),
                )
                .also(scaler.item, format!("spec.{least_field}"), "at least so many");
        }
    }
}
