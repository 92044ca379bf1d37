//! `ingress-rewrite`: every request is rewritten to one path.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Ingress;
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "ingress-rewrite",
    severity: Severity::Error,
    summary: "every request is rewritten to one path",
    versions: Versions::All,
    docs: include_str!("ingress_rewrite.md"),
    check,
};

const KEY: &str = "nginx.ingress.kubernetes.io/rewrite-target";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let doors = scope.doors();
    for (item, ingress) in scope.all::<Ingress>() {
        let Some(target) = item.annotation(KEY).filter(|target| !target.contains(['{', '<'])) else { continue };
        let Some(door) = doors.iter().find(|door| door.item.number == item.number) else { continue };
        // Other controllers do not read it; and a path that is the target is left as it is, with all that follows it
        // (ingress-nginx `internal/ingress/controller/template/template.go` buildProxyPass).
        let is_nginx = scope.controller(door).is_none_or(|row| row.name == "ingress-nginx");
        if !is_nginx || door.ways.iter().all(|way| way.path == Some(target)) {
            continue;
        }
        let rules = ingress.spec.iter().flat_map(|spec| spec.rules.iter().flatten());
        let paths = rules.flat_map(|rule| rule.http.iter().flat_map(|http| &http.paths));
        let groups = paths.map(|path| path.path.as_deref().unwrap_or("/").matches('(').count()).max().unwrap_or(0);
        let wanted = target.split('$').skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)).max();
        let is_exact = door.ways.iter().all(|way| way.is_exact);
        let what = match wanted {
            Some(wanted) if wanted as usize > groups && wanted > 0 => format!("no path has a group for `${wanted}`"),
            None if groups == 0 && !is_exact => format!("the target `{target}` has no group in it"),
            _ => continue,
        };
        let is_root = door.ways.iter().any(|way| way.path == Some("/"));
        let help = if is_root {
            "leave the annotation out: the path / needs no rewriting".to_owned()
        } else {
            format!("write {KEY}: /$2 and path: /ollama(/|$)(.*) with pathType: ImplementationSpecific")
        };
        findings.add(
            item,
            format!("metadata.annotations.{KEY}"),
            format!("{what}, so that every request gets to one and the same path: /api and /v1 are not reached"),
            help,
        );
    }
}
