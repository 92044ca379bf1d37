//! `claim-data-source`: a claim is to be filled from what no API group has.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "claim-data-source",
    severity: Severity::Error,
    summary: "a claim is to be filled from what no API group has",
    versions: Versions::All,
    docs: include_str!("claim_data_source.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for claimed in scope.model_claims() {
        let Some(spec) = &claimed.claim.spec else { continue };
        let old =
            spec.data_source.as_ref().map(|source| ("dataSource", source.api_group.as_deref(), source.kind.as_str()));
        let new = spec
            .data_source_ref
            .as_ref()
            .map(|source| ("dataSourceRef", source.api_group.as_deref(), source.kind.as_str()));
        for (key, group, kind) in old.into_iter().chain(new) {
            if group.unwrap_or_default().is_empty() && kind != "PersistentVolumeClaim" && !kind.is_empty() {
                let known = if kind == "VolumeSnapshot" { "snapshot.storage.k8s.io" } else { "the group of that kind" };
                let path = claimed.path(&format!("spec.{key}.kind"));
                let message = format!("a {kind} without its API group: the API refuses the claim");
                findings.add(claimed.item, path, message, format!("add apiGroup: {known}"));
            }
        }
    }
}
