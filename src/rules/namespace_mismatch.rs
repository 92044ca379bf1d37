//! `namespace-mismatch`: an object is named that is in another namespace.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Ingress;
use crate::scope::{Item, Scope, SourceRef, Workload, backends, source_refs};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "namespace-mismatch",
    severity: Severity::Error,
    summary: "an object is named that is in another namespace",
    versions: Versions::All,
    docs: include_str!("namespace_mismatch.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.sets_namespaces() {
        return;
    }
    for workload in scope.workloads().filter(|workload| workload.item.namespace().is_some()) {
        for (kind, name, path) in named(workload) {
            say(scope, workload.item, kind, name, path, findings);
        }
    }
    for (item, ingress) in
        scope.all::<Ingress>().filter(|(item, _)| item.namespace().is_some() && scope.is_ollamas(*item))
    {
        for (name, path) in backends(ingress) {
            say(scope, item, "Service", name, path, findings);
        }
    }
    let releases =
        scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/").filter(|(item, _)| scope.concerns_ollama(*item));
    for (item, _) in releases.filter(|(item, _)| item.namespace().is_some()) {
        for way in [&["spec", "chart", "spec", "sourceRef"][..], &["spec", "chartRef"]] {
            let Some(source) = item.at(way).filter(|source| source.get("namespace").is_none()) else { continue };
            let text = |key: &str| source.get(key).and_then(Node::text);
            let (Some(kind), Some(name)) = (text("kind"), text("name")) else { continue };
            let Some(found) = scope.out_of_reach(item, kind, name) else { continue };
            let (Some(here), Some(there)) = (item.namespace(), found.namespace()) else { continue };
            if here.contains(['$', '{']) || there.contains(['$', '{']) {
                continue;
            }
            findings
                .add(
                    item,
                    format!("{}.name", way.join(".")),
                    format!("{kind} `{name}` is in namespace `{there}`, and Flux looks for it in `{here}`"),
                    format!("add namespace: {there} to the reference"),
                )
                .also(found, "metadata.namespace", "in another namespace");
        }
    }
    of_sources(scope, findings);
    for scaler in scope.scalers().filter(|scaler| scaler.item.namespace().is_some()) {
        let target = |key| scaler.item.at(&["spec", "scaleTargetRef", key]).and_then(Node::text);
        let Some(name) = target("name") else { continue };
        let kind = target("kind").unwrap_or("Deployment");
        let is_ollamas = scope.out_of_reach(scaler.item, kind, name).is_some_and(|item| scope.is_ollamas(item));
        if is_ollamas {
            say(scope, scaler.item, kind, name, "spec.scaleTargetRef.name".to_owned(), findings);
        }
    }
}

/// Releases that name the namespace of their source, and it is in another one.
fn of_sources(scope: &Scope<'_>, findings: &mut Findings) {
    let releases = scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/");
    for (item, _) in releases.filter(|(item, _)| scope.concerns_ollama(*item)) {
        for SourceRef { way, kind, name, namespace: said } in source_refs(item) {
            if [kind, name, said].iter().any(|text| text.contains(['$', '{'])) {
                continue;
            }
            let all: Vec<Item<'_>> = scope.of_name(kind, name).collect();
            let [found] = all[..] else { continue };
            let Some(own) = found.namespace().filter(|own| *own != said && !own.contains(['$', '{'])) else { continue };
            if found.is_near(item) {
                let message = format!("{kind} `{name}` is in namespace `{own}`, and not in `{said}`");
                findings.add(item, format!("{way}.namespace"), message, format!("write namespace: {own}")).also(
                    found,
                    "metadata.namespace",
                    "in another namespace",
                );
            }
        }
    }
}

fn say<'a>(scope: &Scope<'a>, from: Item<'a>, kind: &str, name: &str, path: String, findings: &mut Findings) {
    let Some(found) = scope.out_of_reach(from, kind, name) else { return };
    let (Some(here), Some(there)) = (from.namespace(), found.namespace()) else { return };
    if [here, there].iter().any(|name| name.contains(['$', '{'])) || (kind == "Secret" && !found.is_beside(from)) {
        return;
    }
    findings
        .add(
            from,
            path,
            format!("{kind} `{name}` is in namespace `{there}`, and only those in `{here}` can be used here"),
            format!("set namespace: {here} in both, or write the {kind} for `{here}` as well"),
        )
        .also(found, "metadata.namespace", "in another namespace");
}

/// What a pod names that must be there before it starts: kind, name, and the way to it.
pub(super) fn named<'a>(workload: &Workload<'a>) -> Vec<(&'static str, &'a str, String)> {
    let mut named = Vec::new();
    for (number, volume) in workload.pod.volumes.iter().flatten().enumerate() {
        let at = format!("{}.volumes[{number}]", workload.at);
        if let Some(claim) = &volume.persistent_volume_claim {
            named.push((
                "PersistentVolumeClaim",
                claim.claim_name.as_str(),
                format!("{at}.persistentVolumeClaim.claimName"),
            ));
        }
        if let Some(map) = volume.config_map.as_ref().filter(|map| map.optional != Some(true)) {
            named.push(("ConfigMap", map.name.as_str(), format!("{at}.configMap.name")));
        }
        if let Some(secret) = volume.secret.as_ref().filter(|secret| secret.optional != Some(true)) {
            named.push((
                "Secret",
                secret.secret_name.as_deref().unwrap_or_default(),
                format!("{at}.secret.secretName"),
            ));
        }
    }
    for seat in &workload.seats {
        for (number, source) in seat.container.env_from.iter().flatten().enumerate() {
            if let Some(map) = source.config_map_ref.as_ref().filter(|map| map.optional != Some(true)) {
                named.push((
                    "ConfigMap",
                    map.name.as_str(),
                    format!("{}.envFrom[{number}].configMapRef.name", seat.path),
                ));
            }
        }
        for (number, variable) in seat.container.env.iter().flatten().enumerate() {
            let key = variable.value_from.as_ref().and_then(|from| from.config_map_key_ref.as_ref());
            if let Some(key) = key.filter(|key| key.optional != Some(true)) {
                let at = format!("{}.env[{number}].valueFrom.configMapKeyRef.name", seat.path);
                named.push(("ConfigMap", key.name.as_str(), at));
            }
        }
    }
    if let Some(account) = workload.pod.service_account_name.as_deref().filter(|name| *name != "default") {
        named.push(("ServiceAccount", account, format!("{}.serviceAccountName", workload.at)));
    }
    named
}
