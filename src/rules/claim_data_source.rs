//! `claim-data-source`: a claim is to be filled from what no API group has.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::PersistentVolumeClaimSpec;
use crate::scope::{Item, Scope, is_variable};

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
        if let Some(spec) = &claimed.claim.spec {
            judge(claimed.item, &claimed.path("spec"), spec, findings);
        }
    }
    for workload in scope.workloads() {
        for (at, volume) in workload.pod.volumes.iter().flatten().enumerate() {
            let template = volume.ephemeral.as_ref().and_then(|volume| volume.volume_claim_template.as_ref());
            if let Some(template) = template {
                let path = format!("{}.volumes[{at}].ephemeral.volumeClaimTemplate.spec", workload.at);
                judge(workload.item, &path, &template.spec, findings);
            }
        }
    }
}

fn judge(item: Item<'_>, path: &str, spec: &PersistentVolumeClaimSpec, findings: &mut Findings) {
    // With a right reference beside it the old field does no harm.
    let is_said = spec.data_source_ref.as_ref().is_some_and(|from| from.api_group.is_some());
    let old = spec
        .data_source
        .as_ref()
        .filter(|_| !is_said)
        .map(|from| ("dataSource", from.api_group.as_deref(), from.kind.as_str()));
    let new =
        spec.data_source_ref.as_ref().map(|from| ("dataSourceRef", from.api_group.as_deref(), from.kind.as_str()));
    for (key, group, kind) in old.into_iter().chain(new) {
        if group.unwrap_or_default().is_empty()
            && kind != "PersistentVolumeClaim"
            && !kind.is_empty()
            && !is_variable(kind)
        {
            let known = if kind == "VolumeSnapshot" { "snapshot.storage.k8s.io" } else { "the group of that kind" };
            // Only of a claim of its own, and only this field, the API server drops it without a word.
            let is_dropped = key == "dataSource" && path == "spec";
            let what = if is_dropped { "drops it, and the volume is empty" } else { "refuses it" };
            let message = format!("a {kind} without its API group: the API {what}");
            findings.add(item, format!("{path}.{key}.kind"), message, format!("add apiGroup: {known}"));
        }
    }
}
