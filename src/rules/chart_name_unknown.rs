//! `chart-name-unknown`: the repository has no chart of this name.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::CHART_NAME;
use crate::scope::{Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "chart-name-unknown",
    severity: Severity::Error,
    summary: "the repository has no chart of this name",
    versions: Versions::All,
    docs: include_str!("chart_name_unknown.md"),
    check,
};

/// Repositories and their charts. Source: README.md of otwld/helm-charts and index.yaml of otwld/ollama-helm, 2026-11-29.
const REPOSITORIES: [(&str, &[&str]); 2] =
    [("helm.otwld.com", &["freqtrade", CHART_NAME, "velero-ui"]), ("otwld.github.io/ollama-helm", &[CHART_NAME])];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for install in scope.installs().into_iter().filter(|install| scope.concerns_ollama(install.item)) {
        let (Some(name), Some(url)) = (install.chart.text(), install.repository.text()) else { continue };
        let address = url.split_once("://").map_or(url, |(_, address)| address).trim_end_matches('/');
        let known = REPOSITORIES.iter().find(|(repository, _)| *repository == address);
        let Some((repository, _)) = known.filter(|(_, charts)| !charts.contains(&name) && !is_variable(name)) else {
            continue;
        };
        let message = format!("{repository} has no chart `{name}`: nothing is installed");
        findings.add_at(Some(install.item), install.chart.origin, message, format!("write {CHART_NAME}"));
    }
}
