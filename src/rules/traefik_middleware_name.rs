//! `traefik-middleware-name`: Traefik finds no middleware of such a name, and drops the route.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Ingress;
use crate::scope::{Item, Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "traefik-middleware-name",
    severity: Severity::Error,
    summary: "Traefik finds no middleware of such a name, and drops the route",
    versions: Versions::All,
    docs: include_str!("traefik_middleware_name.md"),
    check,
};

const KEY: &str = "traefik.ingress.kubernetes.io/router.middlewares";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, _) in scope.all::<Ingress>().filter(|(item, _)| scope.concerns_ollama(*item)) {
        let names = item.annotation(KEY).unwrap_or_default();
        if let Some((message, help)) = first_fault(scope, item.namespace(), names) {
            findings.add(item, format!("metadata.annotations.{KEY}"), message, help);
        }
    }
    let of_charts = scope.charts().iter().filter_map(|chart| Some((chart, chart.get("ingress")?)));
    let of_apps = scope.apps().iter().flat_map(|app| {
        let ingresses = app.get("ingress").map_or(&[][..], Node::entries);
        ingresses.iter().map(move |ingress| (app, &ingress.value))
    });
    for (chart, ingress) in of_charts.chain(of_apps) {
        let Some(node) = ingress.get("annotations").and_then(|notes| notes.get(KEY)) else { continue };
        if let Some((message, help)) = first_fault(scope, chart.namespace(), node.text().unwrap_or_default()) {
            findings.add_at(chart.item, node.origin, message, help);
        }
    }
}

/// What to say of the first name that Traefik does not find.
fn first_fault(scope: &Scope<'_>, namespace: Option<&str>, names: &str) -> Option<(String, String)> {
    let mut names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
    let (name, (why, instead)) = names.find_map(|name| Some((name, fault(scope, namespace, name)?)))?;
    let message = format!("`{name}` {why}: Traefik finds no such middleware, and the route answers 404");
    Some((message, format!("write NAMESPACE-NAME@kubernetescrd: {instead}")))
}

/// What is wrong with the name of a middleware, and what it may be meant to be.
fn fault(scope: &Scope<'_>, namespace: Option<&str>, name: &str) -> Option<(&'static str, String)> {
    let bare = name.split('@').next().unwrap_or_default();
    if name.split_once('@').is_some_and(|(_, provider)| provider != "kubernetescrd") || is_variable(bare) {
        return None;
    }
    // With `safeNaming` the sign between both is another one.
    let is_parted = bare.contains(['-', '_']);
    let namespace = namespace.unwrap_or("NAMESPACE");
    let instead = match bare.split_once('/') {
        Some((namespace, name)) => format!("{namespace}-{name}@kubernetescrd"),
        None if is_parted && !is_own(scope, bare) => format!("{bare}@kubernetescrd"),
        None => format!("{namespace}-{bare}@kubernetescrd"),
    };
    let why = if bare.contains('/') {
        "has a slash"
    } else if !name.contains('@') {
        "does not say its provider"
    } else if !is_parted || is_own(scope, bare) {
        "does not say its namespace"
    } else {
        return None;
    };
    Some((why, instead))
}

/// Whether a middleware among the manifests has exactly this name, and its namespace is no part of it.
fn is_own(scope: &Scope<'_>, name: &str) -> bool {
    let middlewares: Vec<Item<'_>> = scope.custom("Middleware", "traefik").map(|(item, _)| item).collect();
    let is_whole = |item: &Item<'_>| {
        let namespace = item.namespace().unwrap_or_default();
        format!("{namespace}-{}", item.name()) == name || format!("{namespace}_{}", item.name()) == name
    };
    middlewares.iter().any(|item| item.name() == name && item.namespace().is_some())
        && !middlewares.iter().any(is_whole)
}
