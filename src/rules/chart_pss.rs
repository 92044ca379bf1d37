//! `chart-pss`: the namespace refuses the pods of a chart.

use super::argo_destination::OWN;
use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Namespace;
use crate::scope::{Chart, ChartName, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "chart-pss",
    severity: Severity::Error,
    summary: "the namespace refuses the pods of a chart",
    versions: Versions::All,
    docs: include_str!("chart_pss.md"),
    check,
};

/// What each pod must say in a namespace of the level restricted: in words, and where the chart has it.
const NEEDED: [(&str, &[&str], &str); 4] = [
    (
        "may gain privileges",
        &["securityContext.allowPrivilegeEscalation"],
        "securityContext: {allowPrivilegeEscalation: false}",
    ),
    ("keeps capabilities", &["securityContext.capabilities"], "securityContext: {capabilities: {drop: [ALL]}}"),
    (
        "may run as root",
        &["securityContext.runAsNonRoot", "podSecurityContext.runAsNonRoot"],
        "podSecurityContext: {runAsNonRoot: true, runAsUser: 1000}",
    ),
    (
        "has no seccomp profile",
        &["securityContext.seccompProfile", "podSecurityContext.seccompProfile"],
        "podSecurityContext: {seccompProfile: {type: RuntimeDefault}}",
    ),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let namespaces = scope.all::<Namespace>().count();
    for (item, namespace) in scope.all::<Namespace>() {
        let labels = namespace.metadata.labels.as_ref();
        if labels.and_then(|labels| labels.get("pod-security.kubernetes.io/enforce")).map(String::as_str)
            != Some("restricted")
        {
            continue;
        }
        let is_in = |chart: &&Chart<'_>| {
            // A file of values does not say where: it counts where it and the namespace are the only ones.
            let of_file = chart.namespace().is_none() && scope.charts().len() == 1 && namespaces == 1;
            let is_here = chart.namespace() == Some(item.name()) || of_file && item.name().contains("ollama");
            chart.name == ChartName::Ollama && is_here && !is_changed(chart)
        };
        for chart in scope.charts().iter().filter(is_in) {
            let lacks = |(_, paths, _): &&(&str, &[&str], &str)| {
                paths.iter().all(|path| chart.get(path).is_none_or(Node::is_null))
            };
            let missing: Vec<_> = NEEDED.iter().filter(lacks).collect();
            let (Some((fault, ..)), true) = (missing.first(), chart.is_whole) else { continue };
            let help: Vec<&str> = missing.iter().map(|(.., help)| *help).collect();
            let path = if chart.get("securityContext").is_some() { "securityContext" } else { "podSecurityContext" };
            let message = format!(
                "the namespace `{}` refuses the pods: the chart sets nothing by itself, and the server {fault}",
                item.name()
            );
            findings.add_to(chart, path, message, format!("add {}", help.join(", "))).also(
                item,
                "metadata.labels.pod-security.kubernetes.io/enforce",
                "refuses them",
            );
        }
    }
}

/// Whether something else has a hand in the pods, or they are on another cluster.
fn is_changed(chart: &Chart<'_>) -> bool {
    let says = |key: &str| chart.item.is_some_and(|item| item.at(&["spec", key]).is_some());
    let server = chart.item.and_then(|item| item.at(&["spec", "destination", "server"])?.text());
    let is_text = |key: &str| chart.text(key).is_some();
    says("postRenderers")
        || says("kubeConfig")
        || server.is_some_and(|server| server.trim_end_matches('/') != OWN)
        || is_text("securityContext")
        || is_text("podSecurityContext")
}
