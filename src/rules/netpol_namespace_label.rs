//! `netpol-namespace-label`: a namespace is chosen by a label that Kubernetes does not set.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{Namespace, NetworkPolicy};
use crate::scope::{Direction, Scope, is_about_ollama};

pub(super) const RULE: Rule = Rule {
    id: "netpol-namespace-label",
    severity: Severity::Warning,
    summary: "a namespace is chosen by a label that Kubernetes does not set",
    versions: Versions::All,
    docs: include_str!("netpol_namespace_label.md"),
    check,
};

/// The label with its name that every namespace has.
const NAME: &str = "kubernetes.io/metadata.name";

fn is_slip_of_name(key: &str) -> bool {
    key != NAME && strsim::osa_distance(key, NAME) <= 2
}

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, policy) in scope.all::<NetworkPolicy>() {
        let Some(spec) = &policy.spec else { continue };
        for (direction, section, key) in [(Direction::Ingress, "ingress", "from"), (Direction::Egress, "egress", "to")]
        {
            for (number, rule) in direction.rules(spec).into_iter().enumerate() {
                for (at, peer) in rule.peers.iter().enumerate() {
                    let labels = peer.namespace_selector.as_ref().and_then(|selector| selector.match_labels.as_ref());
                    let way = format!("spec.{section}[{number}].{key}[{at}].namespaceSelector.matchLabels");
                    let slip = labels.into_iter().flatten().map(|(key, _)| key).find(|key| is_slip_of_name(key));
                    if let Some(slip) = slip.filter(|_| is_about_ollama(scope, item, spec)) {
                        let message = format!("no namespace has a label `{slip}` by itself");
                        findings.add(item, format!("{way}.{slip}"), message, format!("write {NAME}"));
                    }
                    let Some(name) = labels.and_then(|labels| labels.get("name")) else { continue };
                    let is_set = scope
                        .all::<Namespace>()
                        .any(|(namespace, _)| namespace.labels().and_then(|labels| labels.get("name")) == Some(name));
                    if is_set || !is_about_ollama(scope, item, spec) {
                        continue;
                    }
                    let nobody = if section == "ingress" { "nobody in" } else { "nothing out" };
                    findings.add(
                        item,
                        format!("{way}.name"),
                        format!("no namespace has the label `name: {name}` unless somebody put it there, so the rule lets {nobody}"),
                        format!("set matchLabels: {{kubernetes.io/metadata.name: {name}}}, which every namespace has"),
                    );
                }
            }
        }
    }
}
