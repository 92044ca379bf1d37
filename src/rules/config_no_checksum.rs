//! `config-no-checksum`: a change of settings does not reach the pods that run.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::ConfigMap;
use crate::scope::{Scope, Seat};

pub(super) const RULE: Rule = Rule {
    id: "config-no-checksum",
    severity: Severity::Info,
    summary: "a change of settings does not reach the pods that run",
    versions: Versions::All,
    docs: include_str!("config_no_checksum.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        let notes = workload
            .annotations
            .into_iter()
            .flatten()
            .chain(workload.item.object.metadata().annotations.iter().flatten());
        let is_restarted = |key: &str| ["checksum", "hash", "reload"].iter().any(|word| key.contains(word));
        if notes.into_iter().any(|(key, _)| is_restarted(key)) || workload.at == "spec" {
            continue;
        }
        let found = workload.servers().find_map(|seat| {
            let (name, path) = settings(seat)?;
            let map = scope.find::<ConfigMap>(workload.item, name)?.0;
            // Kustomize gives it a name by its contents.
            map.annotation("kustomize.config.k8s.io/needs-hash").is_none().then_some((map, path))
        });
        if let Some((map, path)) = found {
            findings
                .add(
                    workload.item,
                    path,
                    format!("the pods see a change of ConfigMap `{}` only when they are started again", map.name()),
                    "give the template an annotation with a checksum of the ConfigMap, or the ConfigMap a hash in its name",
                )
                .also(map, "data", "");
        }
    }
}

/// The first `ConfigMap` that a container takes variables from, and the way to its name.
fn settings<'a>(seat: &Seat<'a>) -> Option<(&'a str, String)> {
    let whole = seat.container.env_from.iter().flatten().enumerate().find_map(|(number, source)| {
        let map = source.config_map_ref.as_ref()?;
        Some((map.name.as_str(), format!("{}.envFrom[{number}].configMapRef.name", seat.path)))
    });
    whole.or_else(|| {
        seat.container.env.iter().flatten().enumerate().find_map(|(number, variable)| {
            let key = variable.value_from.as_ref()?.config_map_key_ref.as_ref()?;
            Some((key.name.as_str(), format!("{}.env[{number}].valueFrom.configMapKeyRef.name", seat.path)))
        })
    })
}
