//! `reference-misspelt`: an object names another one that is spelt otherwise.

use std::collections::BTreeSet;

use super::namespace_mismatch::named;
use super::{Findings, Rule, Severity, Versions};
use crate::bundle::{Kind, Object};
use crate::k8s::{PersistentVolume, PersistentVolumeClaim, Service};
use crate::scope::{About, Item, Likeness, Scope, Workload};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "reference-misspelt",
    severity: Severity::Warning,
    summary: "an object names another one that is spelt otherwise",
    versions: Versions::All,
    docs: include_str!("reference_misspelt.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    of_pods(scope, findings);
    of_claims(scope, findings);
    let known: BTreeSet<(&str, &str)> = scope
        .items()
        .iter()
        .flat_map(|item| references(*item).into_iter().map(|(kind, _, name)| (kind, name)))
        .collect();
    for item in scope.items() {
        for (kind, path, name) in references(*item) {
            if !scope.concerns_ollama(*item) {
                continue;
            }
            let is_free = |other: Item<'_>| other.is_near(*item) && !known.contains(&(kind, other.name()));
            let meant = scope.meant(kind, name, |other, likeness| {
                let is_it = if kind == "Service" {
                    // `ollama` beside `ollama-service` is no slip: `service-name-missing` tells it.
                    likeness != Likeness::Longer && selects(scope, other, *item)
                } else {
                    likeness == Likeness::Slip
                };
                is_it || kind != "Service" && is_free(other)
            });
            let is_source = matches!(kind, "HelmRepository" | "GitRepository" | "OCIRepository" | "Bucket");
            let is_scaler =
                matches!(kind, "Deployment" | "StatefulSet") && scope.named(*item, other_of(kind), name).is_none();
            let meant = meant.or_else(|| server(scope, *item, kind, name).filter(|_| is_scaler));
            let meant = meant.or_else(|| only(scope, *item, kind, name).filter(|only| is_source && is_free(*only)));
            let Some(meant) = meant else {
                other_kind(scope, *item, (kind, &path, name), findings);
                continue;
            };
            let key = path.rsplit('.').next().unwrap_or_default().to_owned();
            findings
                .add(
                    *item,
                    path,
                    format!("no {kind} is called `{name}`; there is `{}`", meant.name()),
                    format!("set {key}: {}", meant.name()),
                )
                .also(meant, "metadata.name", "this one");
        }
    }
}

/// The only object of a kind in a folder, which no pod there uses, where the name that one wants is nowhere.
fn unused<'a>(scope: &Scope<'a>, workload: &Workload<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
    if name.contains(['$', '{', '<'])
        || name.is_empty()
        || scope.of_name(kind, name).next().is_some()
        || kind == "Secret"
    {
        return None;
    }
    let near = |item: &Item<'a>| item.is_near(workload.item) && item.may_meet(workload.item);
    let mut found = scope.few(kind).filter(near);
    let only = found.next().filter(|_| found.next().is_none())?;
    let uses = |other: &Workload<'a>| named(other).iter().any(|(of, own, _)| *of == kind && *own == only.name());
    (!scope.all_workloads().iter().any(uses)).then_some(only)
}

/// The only source of a kind in the text of another object, where none has the name and its address says it.
fn only<'a>(scope: &Scope<'a>, from: Item<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
    if name.contains(['$', '{']) || scope.of_name(kind, name).next().is_some() {
        return None;
    }
    let mut beside = scope.few(kind).filter(|item| item.is_beside(from));
    let says = |item: &Item<'a>| item.at(&["spec", "url"]).and_then(Node::text).is_some_and(|url| url.contains(name));
    beside.next().filter(|item| beside.next().is_none() && says(item))
}

/// What pods take from a `ConfigMap` or a `Secret`, with a slip of the pen.
fn of_pods(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for (kind, name, path) in
            named(workload).into_iter().filter(|(kind, ..)| matches!(*kind, "ConfigMap" | "Secret" | "ServiceAccount"))
        {
            let meant = scope.meant(kind, name, |other, likeness| {
                likeness == Likeness::Slip && other.is_near(workload.item) && other.may_meet(workload.item)
            });
            let Some(meant) = meant.or_else(|| unused(scope, workload, kind, name)) else { continue };
            let key = path.rsplit('.').next().unwrap_or_default();
            let help = format!("set {key}: {}", meant.name());
            findings
                .add(workload.item, path, format!("no {kind} is called `{name}`; there is `{}`", meant.name()), help)
                .also(meant, "metadata.name", "this one");
        }
    }
}

/// A claim that names no volume, beside the only one that would do.
fn of_claims(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, claim) in scope.all::<PersistentVolumeClaim>() {
        let Some(spec) = &claim.spec else { continue };
        let Some(name) = spec.volume_name.as_deref().filter(|name| !name.is_empty() && !name.contains(['$', '{']))
        else {
            continue;
        };
        if scope.of_name("PersistentVolume", name).next().is_some() || !scope.concerns_ollama(item) {
            continue;
        }
        let class = spec.storage_class_name.as_deref().unwrap_or_default();
        let fits = |volume: &Item<'_>| {
            let spec = PersistentVolume::of(volume.object).and_then(|volume| volume.spec.as_ref());
            spec.is_some_and(|spec| {
                spec.claim_ref.is_none() && spec.storage_class_name.as_deref().unwrap_or_default() == class
            })
        };
        let mut near = scope.few("PersistentVolume").filter(|other| other.is_near(item) && fits(other));
        let Some(meant) = near.next().filter(|_| near.next().is_none()) else { continue };
        if strsim::jaro_winkler(meant.name(), name) > 0.8 {
            let message = format!("no volume is called `{name}`; there is `{}`", meant.name());
            let help = format!("set volumeName: {}", meant.name());
            findings.add(item, "spec.volumeName", message, help).also(meant, "metadata.name", "this one");
        }
    }
}

/// The only server of a kind in a folder, which nothing scales.
fn server<'a>(scope: &Scope<'a>, from: Item<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
    if name.contains(['$', '{', '<']) || scope.of_name(kind, name).next().is_some() {
        return None;
    }
    let is_together =
        |item: &Item<'a>| item.is_near(from) || item.namespace().is_some() && item.namespace() == from.namespace();
    let is_server = |item: &Item<'a>| scope.workload(*item).is_some_and(|workload| workload.about == About::Server);
    let mut found = scope.few(kind).filter(|item| is_together(item) && item.may_meet(from) && is_server(item));
    found.next().filter(|only| found.next().is_none() && scope.scaler(*only).is_none())
}

fn other_of(kind: &str) -> &'static str {
    if kind == "Deployment" { "StatefulSet" } else { "Deployment" }
}

/// A scaler or a release that names an object of another kind.
fn other_kind<'a>(scope: &Scope<'a>, item: Item<'a>, (kind, path, name): (&str, &str, &str), findings: &mut Findings) {
    const KINDS: [&[&str]; 2] =
        [&["Deployment", "StatefulSet"], &["HelmRepository", "GitRepository", "OCIRepository", "Bucket"]];
    let Some(kinds) = KINDS.into_iter().find(|kinds| kinds.contains(&kind)) else { return };
    if scope.of_name(kind, name).next().is_some() {
        return;
    }
    let others = kinds.iter().copied().filter(|other| *other != kind);
    let is_near = |found: &Item<'a>| found.is_near(item) || found.is_beside(item);
    let mut found = others.filter_map(|other| Some((other, scope.of_name(other, name).find(is_near)?)));
    let Some((other, found)) = found.next() else { return };
    let path = path.strip_suffix(".name").unwrap_or(path);
    findings
        .add(
            item,
            format!("{path}.kind"),
            format!("there is no {kind} `{name}`: it is a {other}"),
            format!("set kind: {other}"),
        )
        .also(found, "kind", "this one");
}

/// Whether a Service chooses the pods of a workload.
fn selects<'a>(scope: &Scope<'a>, service: Item<'a>, workload: Item<'a>) -> bool {
    let selector = Service::of(service.object).and_then(|service| service.spec.as_ref()?.selector.as_ref());
    let chosen = selector.filter(|selector| !selector.is_empty()).map(|selector| scope.selected(service, selector));
    chosen.is_some_and(|chosen| chosen.iter().any(|chosen| chosen.item.number == workload.number))
}

/// The objects that an object names: kind, way and name.
fn references(item: Item<'_>) -> Vec<(&str, String, &str)> {
    if let Object::StatefulSet(set) = item.object {
        let name = set.spec.as_ref().and_then(|spec| spec.service_name.as_deref()).filter(|name| !name.is_empty());
        return name.map(|name| ("Service", "spec.serviceName".to_owned(), name)).into_iter().collect();
    }
    let lists: &[(&[&str], &'static str)] = match item.object.kind() {
        "HelmRelease" => &[
            (&["spec", "chart", "spec", "sourceRef"], ""),
            (&["spec", "chartRef"], ""),
            (&["spec", "dependsOn"], "HelmRelease"),
            (&["spec", "valuesFrom"], ""),
        ],
        "Kustomization" => {
            &[(&["spec", "sourceRef"], ""), (&["spec", "healthChecks"], ""), (&["spec", "dependsOn"], "Kustomization")]
        }
        "ScaledObject" | "HorizontalPodAutoscaler" => &[(&["spec", "scaleTargetRef"], "Deployment")],
        "HTTPRoute" => &[(&["spec", "parentRefs"], "Gateway")],
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (keys, otherwise) in lists {
        let Some(node) = item.at(keys) else { continue };
        let way = keys.join(".");
        let nodes = node.items().iter().enumerate().map(|(number, node)| (node, format!("{way}[{number}].name")));
        let only = node.items().is_empty().then(|| (node, format!("{way}.name")));
        for (node, path) in nodes.chain(only) {
            let kind = node.get("kind").and_then(Node::text).unwrap_or(otherwise);
            found.extend(node.get("name").and_then(Node::text).map(|name| (kind, path, name)));
        }
    }
    found
}
