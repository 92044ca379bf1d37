//! `openshift-home`: `OpenShift` runs the server as a user who cannot write to its home.

use std::collections::BTreeMap;

use super::nonroot_home::{is_writable, mend};
use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::{About, Env, Scope, Workload};

pub(super) const RULE: Rule = Rule {
    id: "openshift-home",
    severity: Severity::Warning,
    summary: "OpenShift runs the server as a user who cannot write to its home",
    versions: Versions::All,
    docs: include_str!("openshift_home.md"),
    check,
};

/// A user of the platform, of whom the image knows nothing. Source: `OpenShift` documentation, "Managing security context
/// constraints": `restricted-v2` gives each namespace a range of its own.
const USER: i64 = 1_000_660_000;

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    // Who names such rights may run as whom he likes.
    let has_rights = scope
        .items()
        .iter()
        .any(|item| matches!(item.object.kind(), "SecurityContextConstraints" | "RoleBinding" | "ClusterRoleBinding"));
    if has_rights || scope.custom("Route", "route.openshift.io/").next().is_none() {
        return;
    }
    let mut led = BTreeMap::new();
    for door in scope.doors().iter().filter(|door| door.item.object.kind() == "Route") {
        let Some((item, Object::Service(service))) = door.service.map(|item| (item, item.object)) else { continue };
        let selector = service.spec.as_ref().and_then(|spec| spec.selector.as_ref());
        let chosen = selector.map(|selector| scope.selected(item, selector)).unwrap_or_default();
        for server in chosen.into_iter().filter(|server| server.about == About::Server && !may_be_other(server)) {
            led.entry(server.item.number).or_insert((server, door.item));
        }
    }
    for (server, route) in led.into_values() {
        for seat in server.servers().filter(|seat| seat.image().is_official() && seat.user(server.pod).is_none()) {
            let home = match scope.env(server, seat, "HOME") {
                _ if seat.may_use("HOME=") => continue,
                Env::Text(home) => home,
                Env::Absent => "/",
                Env::Unknown => continue,
            };
            let store = format!("{}/.ollama", home.trim_end_matches('/'));
            if is_writable(server, seat, home, USER) || is_writable(server, seat, &store, USER) {
                continue;
            }
            let at = seat.variable("HOME");
            let at = at.map_or_else(|| format!("{}.env", seat.path), |(_, path)| format!("{path}.value"));
            let message = format!(
                "OpenShift gives the pod a user of its own, who cannot write to {home}, where the server keeps its key: it ends at once"
            );
            findings.add(server.item, at, message, mend(server, seat, USER)).also(route, "apiVersion", "OpenShift");
        }
    }
}

/// Whether a pod may run as another user: with an account of its own, by an annotation, or made by somebody with rights.
fn may_be_other(server: &Workload<'_>) -> bool {
    let account = server.pod.service_account_name.as_ref().or(server.pod.service_account.as_ref());
    let is_told = server.annotations.is_some_and(|notes| notes.keys().any(|key| key.starts_with("openshift.io/")));
    // What the default does not allow is admitted with rights that somebody has given elsewhere.
    let pod = server.pod;
    let is_host = [pod.host_network, pod.host_pid, pod.host_ipc].contains(&Some(true))
        || pod.volumes.iter().flatten().any(|volume| volume.host_path.is_some());
    let containers = pod.containers.iter().chain(pod.init_containers.iter().flatten());
    let is_mighty = containers.filter_map(|container| container.security_context.as_ref()).any(|context| {
        let adds = context.capabilities.as_ref().and_then(|capabilities| capabilities.add.as_ref());
        context.privileged == Some(true) || adds.is_some_and(|adds| !adds.is_empty())
    });
    let is_exempt = |name: &str| name == "default" || name.starts_with("kube-") || name.starts_with("openshift");
    is_host
        || is_mighty
        || server.item.namespace().is_some_and(is_exempt)
        || matches!(server.item.object, Object::Pod(_))
        || account.is_some_and(|name| name != "default")
        || is_told
}
