//! `flux-chart-source`: a release has two sources of its chart, or none.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "flux-chart-source",
    severity: Severity::Error,
    summary: "a release has two sources of its chart, or none",
    versions: Versions::All,
    docs: include_str!("flux_chart_source.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, tree) in scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/v2") {
        let Some(spec) = tree.get("spec").filter(|_| scope.concerns_ollama(item) && !scope.may_be_patch(item)) else {
            continue;
        };
        match (spec.get("chart"), spec.get("chartRef")) {
            (Some(_), Some(_)) => {
                let message = "`chart` and `chartRef` both say which chart it is: the API refuses it";
                findings.add(item, "spec.chartRef", message, "leave one of them out");
            }
            // Without the rest it is a change to another one.
            (None, None) if spec.get("interval").is_some() => {
                let message = "nothing says which chart it is: the API refuses it";
                findings.add(item, "spec.chart", message, "add chart: {spec: {chart: ollama, sourceRef: …}}");
            }
            _ => {}
        }
    }
}
