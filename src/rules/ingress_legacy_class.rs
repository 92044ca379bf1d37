//! `ingress-legacy-class`: the class stands in an annotation that Kubernetes gave up.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "ingress-legacy-class",
    severity: Severity::Info,
    summary: "the class stands in an annotation that Kubernetes gave up",
    versions: Versions::All,
    docs: include_str!("ingress_legacy_class.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    const KEY: &str = "kubernetes.io/ingress.class";
    for door in scope.doors() {
        let Object::Ingress(ingress) = door.item.object else { continue };
        let field = ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.as_ref());
        let Some(class) = door.item.annotation(KEY).filter(|_| field.is_none()) else { continue };
        // GKE and others know their classes by this annotation alone.
        if class.starts_with("gce") {
            continue;
        }
        findings.add(
            door.item,
            format!("metadata.annotations.{KEY}"),
            format!("class `{class}` stands in an annotation that has been deprecated since 1.18"),
            format!("set spec.ingressClassName: {class}, and remove the annotation: a new Ingress may not have both"),
        );
    }
}
