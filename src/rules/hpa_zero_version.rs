//! `hpa-zero-version`: an autoscaler that Kubernetes does not let go to zero.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Scope};

pub(super) const RULE: Rule = Rule {
    id: "hpa-zero-version",
    severity: Severity::Error,
    summary: "an autoscaler that Kubernetes does not let go to zero",
    versions: Versions::All,
    docs: include_str!("hpa_zero_version.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for scaler in scope.scalers().filter(|scaler| !scaler.is_keda() && scaler.least().1 == Some(0)) {
        if scope.target(&scaler).is_none_or(|target| target.about == About::Other) {
            continue;
        }
        let sees_more = scaler.signals().any(|signal| signal == "External" || signal == "Object");
        let message = match (sees_more, scope.is_older_than(37)) {
            (false, _) => "no pod is left to measure: the API refuses 0 without an External or Object metric",
            (true, true) => "before Kubernetes 1.37 the API refuses 0",
            (true, false) => continue,
        };
        findings.add(scaler.item, "spec.minReplicas", message, "set minReplicas: 1, or scale to zero with KEDA");
    }
}
