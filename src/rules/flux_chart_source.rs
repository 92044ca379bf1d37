//! `flux-chart-source`: a release has two sources of its chart, or none.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

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
        let of_chart = |keys: &[&str]| item.at(&[&["spec", "chart", "spec"], keys].concat()).and_then(Node::text);
        if let Some(name) = of_chart(&["chart"]).filter(|name| name.contains('/') && !name.contains('$'))
            && of_chart(&["sourceRef", "kind"]) == Some("HelmRepository")
        {
            let last = name.rsplit('/').next().unwrap_or_default();
            let message =
                format!("`{name}` has a slash in it: the index of a HelmRepository knows charts by their names alone");
            findings.add(item, "spec.chart.spec.chart", message, format!("write chart: {last}"));
        }
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
