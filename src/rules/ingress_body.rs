//! `ingress-body`: the controller refuses requests above a megabyte.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::INGRESS_CONTROLLERS;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "ingress-body",
    severity: Severity::Warning,
    summary: "the controller refuses requests above a megabyte",
    versions: Versions::All,
    docs: include_str!("ingress_body.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        let Some(row) = scope.controller(&door).filter(|row| row.body_bytes > 0) else { continue };
        let Some(key) = row.body.first() else { continue };
        let is_set = |key: &&str| door.item.annotation(key).is_some();
        let is_named = INGRESS_CONTROLLERS.iter().flat_map(|row| row.body).any(is_set);
        let is_other = door.item.annotation("nginx.org/client-max-body-size").is_some();
        if is_named || is_other || scope.is_configured("proxy-body-size") {
            continue;
        }
        findings.add(
            door.item,
            format!("metadata.annotations.{key}"),
            format!("requests above {} KiB get 413: pictures are often larger", row.body_bytes / 1024),
            format!("set {key}: \"0\""),
        );
    }
}
