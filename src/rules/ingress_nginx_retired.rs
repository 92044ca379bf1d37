//! `ingress-nginx-retired`: ingress-nginx gets no fixes any more.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "ingress-nginx-retired",
    severity: Severity::Info,
    summary: "ingress-nginx gets no fixes any more",
    versions: Versions::All,
    docs: include_str!("ingress_nginx_retired.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        if !scope.controller(&door).is_some_and(|row| row.retired) {
            continue;
        }
        let is_named = matches!(door.item.object, crate::bundle::Object::Ingress(ingress)
            if ingress.spec.as_ref().is_some_and(|spec| spec.ingress_class_name.is_some()));
        findings.add(
            door.item,
            if is_named { "spec.ingressClassName" } else { "metadata.annotations" },
            "ingress-nginx is retired: no fixes since March 2026, also none for security",
            "move to a controller that is kept up, or to an HTTPRoute; Traefik reads most of these annotations",
        );
    }
}
