//! `route-no-grant`: a route leads to another namespace, which allows nobody to.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, ROUTES, Reference, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "route-no-grant",
    severity: Severity::Warning,
    summary: "a route leads to another namespace, which allows nobody to",
    versions: Versions::All,
    docs: include_str!("route_no_grant.md"),
    check,
};

const GROUP: &str = "gateway.networking.k8s.io/";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    if scope.sets_namespaces() || !ROUTES.iter().any(|kind| scope.custom(kind, GROUP).next().is_some()) {
        return;
    }
    let grants: Vec<(Item<'_>, &Node)> = scope.custom("ReferenceGrant", GROUP).collect();
    let told: HashSet<&str> = scope.items().iter().filter_map(|item| item.namespace()).collect();
    let references = scope.references();
    for reference in references.iter().filter(|reference| ROUTES.contains(&reference.item.object.kind())) {
        let (Some(from), Some(to)) = (reference.item.namespace(), reference.namespace) else { continue };
        let is_unknown = |name: &str| name.contains(['$', '{', '<']);
        if from == to || is_unknown(from) || is_unknown(to) {
            continue;
        }
        // Who says nothing of that namespace may have the grant where the rest of it is.
        let is_told = told.contains(to) || grants.iter().any(|(grant, _)| grant.is_near(reference.item));
        if !is_told
            || !scope.concerns_ollama(reference.item)
            || grants
                .iter()
                .any(|(grant, tree)| grant.namespace().is_none_or(|own| own == to) && allows(tree, from, reference))
        {
            continue;
        }
        let kind = reference.item.object.kind();
        findings.add(
            reference.item,
            reference.name_at.replace(".name", ".namespace"),
            format!("no ReferenceGrant among these manifests lets a route of `{from}` lead to a Service of `{to}`: it answers 500"),
            format!(
                "add a ReferenceGrant with namespace: {to}, from: [{{group: gateway.networking.k8s.io, kind: {kind}, namespace: {from}}}] \
                 and to: [{{group: \"\", kind: Service}}]; or put the route into `{to}`"
            ),
        );
    }
}

/// Whether a grant lets the routes of a namespace lead to a Service.
fn allows(grant: &Node, namespace: &str, reference: &Reference<'_>) -> bool {
    let list = |key: &str| grant.get("spec").and_then(|spec| spec.get(key)).map_or(&[][..], Node::items);
    let text = |of: &Node, key: &str| of.get(key).and_then(Node::text).map(ToOwned::to_owned);
    let kind = reference.item.object.kind();
    let is_from = |of: &Node| {
        text(of, "kind").as_deref() == Some(kind)
            && text(of, "namespace").is_some_and(|own| own == namespace || own.contains(['$', '{']))
    };
    let is_to = |of: &Node| {
        text(of, "kind").as_deref() == Some("Service") && text(of, "name").is_none_or(|name| name == reference.name)
    };
    list("from").iter().any(is_from) && list("to").iter().any(is_to)
}
