//! `flux-oci-type`: a repository of charts does not say that it is a registry.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "flux-oci-type",
    severity: Severity::Error,
    summary: "a repository of charts does not say that it is a registry",
    versions: Versions::All,
    docs: include_str!("flux_oci_type.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let named: Vec<&str> = scope
        .custom("HelmRelease", "helm.toolkit.fluxcd.io/")
        .filter(|(item, _)| scope.concerns_ollama(*item))
        .filter_map(|(item, _)| item.at(&["spec", "chart", "spec", "sourceRef", "name"])?.text())
        .collect();
    for (item, tree) in scope.custom("HelmRepository", "source.toolkit.fluxcd.io/") {
        let Some(spec) = tree.get("spec").filter(|_| named.contains(&item.name()) || scope.concerns_ollama(item))
        else {
            continue;
        };
        let text = |key: &str| spec.get(key).and_then(Node::text).unwrap_or_default();
        let (url, kind) = (text("url"), text("type"));
        if url.starts_with("oci://") && matches!(kind, "" | "default") {
            let message = "Flux asks a registry only where the type is oci: this repository is never ready";
            findings.add(item, "spec.type", message, "set type: oci");
        } else if url.starts_with("http") && kind == "oci" {
            let message = format!("the type is oci, and `{url}` is no registry");
            findings.add(item, "spec.type", message, "leave type out, or begin the url with oci://");
        }
    }
}
