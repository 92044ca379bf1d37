//! `api-version`: no API server has this kind in this version.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::facts::{RESOURCES, Version, removed_api};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "api-version",
    severity: Severity::Error,
    summary: "no API server has this kind in this version",
    versions: Versions::All,
    docs: include_str!("api_version.md"),
    check,
};

/// Kinds of Kubernetes itself, and where they are served in all releases from 1.28 on.
const SERVED: [(&str, &[&str]); 28] = [
    ("ClusterRole", &["rbac.authorization.k8s.io/v1"]),
    ("ClusterRoleBinding", &["rbac.authorization.k8s.io/v1"]),
    ("ConfigMap", &["v1"]),
    ("CronJob", &["batch/v1"]),
    ("DaemonSet", &["apps/v1"]),
    ("Deployment", &["apps/v1"]),
    ("Endpoints", &["v1"]),
    ("HorizontalPodAutoscaler", &["autoscaling/v1", "autoscaling/v2"]),
    ("Ingress", &["networking.k8s.io/v1"]),
    ("IngressClass", &["networking.k8s.io/v1"]),
    ("Job", &["batch/v1"]),
    ("LimitRange", &["v1"]),
    ("Namespace", &["v1"]),
    ("NetworkPolicy", &["networking.k8s.io/v1"]),
    ("PersistentVolume", &["v1"]),
    ("PersistentVolumeClaim", &["v1"]),
    ("Pod", &["v1"]),
    ("PodDisruptionBudget", &["policy/v1"]),
    ("PriorityClass", &["scheduling.k8s.io/v1"]),
    ("ReplicaSet", &["apps/v1"]),
    ("ResourceQuota", &["v1"]),
    ("Role", &["rbac.authorization.k8s.io/v1"]),
    ("RoleBinding", &["rbac.authorization.k8s.io/v1"]),
    ("Secret", &["v1"]),
    ("Service", &["v1"]),
    ("ServiceAccount", &["v1"]),
    ("StatefulSet", &["apps/v1"]),
    ("StorageClass", &["storage.k8s.io/v1"]),
];

/// Kinds of the Gateway API, whose versions are served by what the cluster has installed.
const GATEWAY: [&str; 11] = [
    "BackendLBPolicy",
    "BackendTLSPolicy",
    "GRPCRoute",
    "Gateway",
    "GatewayClass",
    "HTTPRoute",
    "ListenerSet",
    "ReferenceGrant",
    "TCPRoute",
    "TLSRoute",
    "UDPRoute",
];

/// Kinds of other projects that have one version. Sources: Argo CD 3.5 and KEDA 2.21, their definitions.
const OF_OTHERS: [(&str, &str, &[&str]); 2] = [
    ("argoproj.io", "v1alpha1", &["AppProject", "Application", "ApplicationSet"]),
    ("keda.sh", "v1alpha1", &["ClusterTriggerAuthentication", "ScaledJob", "ScaledObject", "TriggerAuthentication"]),
];

/// What people call kinds, as kubectl takes it.
const SHORT: [(&str, &str); 6] = [
    ("HPA", "HorizontalPodAutoscaler"),
    ("NetPol", "NetworkPolicy"),
    ("PDB", "PodDisruptionBudget"),
    ("PV", "PersistentVolume"),
    ("PVC", "PersistentVolumeClaim"),
    ("SA", "ServiceAccount"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items() {
        let Object::Custom(custom) = item.object else { continue };
        let (api, kind) = (custom.api_version.as_str(), custom.kind.as_str());
        let Some((path, message, help)) = fault(api, kind, scope.kubernetes) else { continue };
        if scope.concerns_ollama(*item) {
            findings.add(*item, path, message, help);
        }
    }
}

fn fault(api: &str, kind: &str, version: Option<Version>) -> Option<(&'static str, String, String)> {
    if let Some((row, gone)) = removed_api(api, kind).and_then(|row| Some((row, row.gone_from()?))) {
        let is_gone = gone <= version.unwrap_or(Version::OLDEST);
        let help = match row.replacement {
            "" => "leave it out: there is no such kind any more".to_owned(),
            replacement => format!("write apiVersion: {replacement}"),
        };
        return is_gone
            .then(|| ("apiVersion", format!("Kubernetes has no {kind} in {api} since {}", row.removed), help));
    }
    if api.starts_with("kustomize.config.k8s.io/") {
        // Source: kustomize api 0.21.1 `types/kustomization.go`, EnforceFields.
        let wanted = match kind {
            "Kustomization" => "kustomize.config.k8s.io/v1beta1",
            "Component" => "kustomize.config.k8s.io/v1alpha1",
            _ => return None,
        };
        let message = format!("kustomize reads a {kind} in {wanted} only, and refuses {api}");
        return (api != wanted).then(|| ("apiVersion", message, format!("write apiVersion: {wanted}")));
    }
    let of_others = OF_OTHERS.iter().find(|(group, _, kinds)| {
        api.strip_prefix(group).is_some_and(|version| version.starts_with('/')) && kinds.contains(&kind)
    });
    if let Some((group, version, _)) = of_others.filter(|(group, version, _)| api != format!("{group}/{version}")) {
        let message = format!("{kind} is served in {group}/{version} only, and not in {api}");
        return Some(("apiVersion", message, format!("write apiVersion: {group}/{version}")));
    }
    if let Some(wanted) = other_group(api, kind) {
        let message = format!("{kind} is no kind of {}", group(api));
        return Some(("apiVersion", message, format!("write apiVersion: {wanted}")));
    }
    if let Some((wanted, served)) = never(api, kind) {
        let message = format!("there never was a {kind} in {api}: it is in {served}");
        return Some(("apiVersion", message, format!("write apiVersion: {wanted}")));
    }
    if api.contains(['$', '{']) || kind.contains(['$', '{']) {
        return None;
    }
    if let Some(right) = is_own_group(api).then(|| meant(api, kind)).flatten() {
        return Some(("kind", format!("there is no kind `{kind}`"), format!("write kind: {right}")));
    }
    let (_, served) = SERVED.iter().find(|(known, _)| *known == kind)?;
    let best = served.last()?;
    if !is_own_group(api) && !is_slip(api, best) {
        return None;
    }
    (!served.contains(&api))
        .then(|| ("apiVersion", format!("Kubernetes has no {kind} in {api}"), format!("write apiVersion: {best}")))
}

/// The group of an API: `apps` of `apps/v1`.
fn group(api: &str) -> &str {
    api.split('/').next().unwrap_or_default()
}

/// Where a kind of Flux belongs that is written in another one of its groups.
fn other_group(api: &str, kind: &str) -> Option<&'static str> {
    const FLUX: &str = ".toolkit.fluxcd.io";
    let own = group(api);
    let mut rows = RESOURCES.iter().filter(|row| row.kind == kind && group(row.apis[0]).ends_with(FLUX));
    let row = rows.next().filter(|_| own.ends_with(FLUX))?;
    let is_there = std::iter::once(row).chain(rows).any(|row| group(row.apis[0]) == own);
    (!is_there && removed_api(api, kind).is_none()).then(|| row.apis[0])
}

/// The newest version of a kind of the Gateway API or of Flux that is written in one that was never there, and all of them.
fn never(api: &str, kind: &str) -> Option<(&'static str, String)> {
    let (group, version) = api.split_once('/')?;
    let is_it = |own: &str| own.strip_prefix(group).is_some_and(|rest| rest.starts_with('/'));
    let row = RESOURCES.iter().find(|row| row.kind == kind && row.apis.iter().any(|own| is_it(own)))?;
    let number = |version: &str| version.strip_prefix('v')?.parse::<u32>().ok();
    let newest = row.apis.iter().filter_map(|own| number(own.split('/').nth(1)?)).max();
    let is_older = number(version).zip(newest).is_some_and(|(own, newest)| own < newest);
    let is_gateway = group.starts_with("gateway.") && !version.starts_with("v1alpha");
    let is_flux = group.ends_with(".toolkit.fluxcd.io") && is_older;
    let is_there = row.apis.contains(&api) || removed_api(api, kind).is_some();
    (!is_there && (is_gateway || is_flux)).then(|| (row.apis[0], row.apis.join(" and ")))
}

/// The kind that is meant by one that does not exist: in other case, as people call it in short, as several, or with a
/// slip of the pen.
fn meant(api: &str, kind: &str) -> Option<&'static str> {
    let known = || SERVED.iter().map(|(known, _)| *known).chain(GATEWAY);
    if known().any(|known| known == kind) {
        return None;
    }
    if let Some((_, right)) = SHORT.iter().find(|(short, _)| *short == kind) {
        return Some(right);
    }
    let lower = kind.to_ascii_lowercase();
    let distance = |known: &str| {
        let known = known.to_ascii_lowercase();
        let is_plural = lower.strip_prefix(&known).is_some_and(|rest| matches!(rest, "s" | "es"));
        let limit = if is_plural || known == lower { 2 } else { (known.len().min(lower.len()) / 5).min(2) };
        Some(strsim::osa_distance(&known, &lower)).filter(|distance| *distance <= limit)
    };
    let is_of_group = |known: &str| {
        SERVED.iter().any(|(kind, served)| *kind == known && served.contains(&api))
            || GATEWAY.contains(&known) && api.starts_with("gateway.networking.k8s.io/")
    };
    let near = known().filter_map(|known| Some((distance(known)?, !is_of_group(known), known)));
    near.min().map(|(_, _, known)| known)
}

/// Whether an API is one of Kubernetes with a slip in its group: `networking.k8s/v1`, `apps.k8s.io/v1`.
fn is_slip(api: &str, right: &str) -> bool {
    let group = api.split_once('/').map_or("", |(group, _)| group);
    let right = right.split_once('/').map_or("", |(group, _)| group);
    let (first, rest) = group.split_once('.').unwrap_or((group, ""));
    let (own, _) = right.split_once('.').unwrap_or((right, ""));
    let is_shortened = first == own && matches!(rest, "k8s.io" | "k8s" | "io" | "k8" | "kubernetes.io");
    group != right
        && !right.is_empty()
        && (is_shortened || right.contains('.') && strsim::osa_distance(group, right) <= 2)
}

/// Whether a group is one of Kubernetes itself, or no group at all: those of others have a dot in them.
fn is_own_group(api: &str) -> bool {
    let group = api.split_once('/').map_or("", |(group, _)| group);
    let own = [
        "networking.k8s.io",
        "storage.k8s.io",
        "rbac.authorization.k8s.io",
        "scheduling.k8s.io",
        "gateway.networking.k8s.io",
    ];
    !group.contains('.') || own.contains(&group)
}
