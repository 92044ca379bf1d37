//! `ingress-class-twice`: an Ingress names two classes, in a field and in an annotation.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "ingress-class-twice",
    severity: Severity::Error,
    summary: "an Ingress names two classes, in a field and in an annotation",
    versions: Versions::All,
    docs: include_str!("ingress_class_twice.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    const KEY: &str = "kubernetes.io/ingress.class";
    for door in scope.doors() {
        let Object::Ingress(ingress) = door.item.object else { continue };
        let field = ingress.spec.as_ref().and_then(|spec| spec.ingress_class_name.as_deref());
        let (Some(field), Some(old)) = (field, door.item.annotation(KEY)) else { continue };
        if field == old || is_variable(field) || is_variable(old) {
            continue;
        }
        findings
            .add(
                door.item,
                format!("metadata.annotations.{KEY}"),
                format!(
                    "class `{old}` in the annotation and `{field}` in the field: the API takes no new Ingress with both"
                ),
                "leave the annotation out",
            )
            .also(door.item, "spec.ingressClassName", "the field");
    }
}
