//! `netpol-selects-nothing`: a policy for Ollama chooses none of its pods.

use std::collections::BTreeMap;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::NetworkPolicy;
use crate::scope::{Item, Scope, Workload, is_about_ollama, is_slip};

pub(super) const RULE: Rule = Rule {
    id: "netpol-selects-nothing",
    severity: Severity::Warning,
    summary: "a policy for Ollama chooses none of its pods",
    versions: Versions::All,
    docs: include_str!("netpol_selects_nothing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let is_elsewhere =
        ["HelmRelease", "Application", "Component"].iter().any(|kind| scope.custom(kind, "").next().is_some())
            || scope.custom("Kustomization", "kustomize.toolkit.fluxcd.io/").next().is_some();
    if is_elsewhere {
        return;
    }
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = &policy.spec else { continue };
        let labels = spec.pod_selector.as_ref().and_then(|selector| selector.match_labels.as_ref());
        let is_named = labels.into_iter().flatten().any(|(_, value)| value.contains("ollama"));
        if !scope.chosen_by(item, spec).is_empty() {
            continue;
        }
        if let Some(server) = labels.and_then(|labels| elsewhere(scope, item, labels)) {
            let own = server.item.namespace().unwrap_or_default();
            let message = format!(
                "the policy binds pods of `{}`, and those of `{}` are in `{own}`",
                item.namespace().unwrap_or_default(),
                server.item.name()
            );
            findings.add(item, "metadata.namespace", message, format!("set namespace: {own}")).also(
                server.item,
                "metadata.namespace",
                "these pods",
            );
            continue;
        }
        let mut servers =
            scope.servers().filter(|server| server.item.is_near(item) && server.item.namespace() == item.namespace());
        let Some(server) = servers.next() else { continue };
        if labels.into_iter().flatten().any(|(key, _)| scope.adds_label(key)) {
            continue;
        }
        let slip = labels.into_iter().flatten().find_map(|(key, value)| {
            let meant = server.labels?.get(key).filter(|own| is_slip(own, value))?;
            Some(format!("set podSelector: {{matchLabels: {{{key}: {meant}}}}}"))
        });
        if slip.is_none() && !(is_named && is_about_ollama(scope, item, spec)) {
            continue;
        }
        findings
            .add(
                item,
                "spec.podSelector",
                format!("the policy binds no pod: those of `{}` have other labels", server.item.name()),
                slip.unwrap_or_else(|| "set podSelector: {matchLabels} to labels of the pod template".to_owned()),
            )
            .also(server.item, "spec.template.metadata.labels", "the labels of the pods");
    }
}

/// The only server with these labels, where it is in another namespace that is said.
fn elsewhere<'s, 'a>(
    scope: &'s Scope<'a>,
    policy: Item<'a>,
    labels: &BTreeMap<String, String>,
) -> Option<&'s Workload<'a>> {
    let has = |server: &&Workload<'a>| {
        labels.iter().all(|(key, value)| server.labels.and_then(|own| own.get(key)) == Some(value))
    };
    let mut found = scope.servers().filter(|server| server.item.is_near(policy)).filter(has);
    let server = found.next().filter(|_| found.next().is_none() && !labels.is_empty())?;
    let (here, there) = (policy.namespace()?, server.item.namespace()?);
    (here != there && !here.contains('$') && !there.contains('$')).then_some(server)
}
