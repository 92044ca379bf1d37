//! `app-template-value`: app-template cannot make anything of a value.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Chart, Holder, Scope, is_slip};
use crate::tree::{Entry, Node, Origin, nearest};

pub(super) const RULE: Rule = Rule {
    id: "app-template-value",
    severity: Severity::Error,
    summary: "app-template cannot make anything of a value",
    versions: Versions::All,
    docs: include_str!("app_template_value.md"),
    check,
};

/// What a controller may be. Source: values of releases in public repositories, 2026-11-29.
const CONTROLLERS: [&str; 5] = ["cronjob", "daemonset", "deployment", "job", "statefulset"];
/// What a volume may be. Source: as above.
const VOLUMES: [&str; 7] = ["configMap", "custom", "emptyDir", "hostPath", "nfs", "persistentVolumeClaim", "secret"];

/// What stands at the top. Source: `values.schema.json` of the charts common 3.7.3 and 5.2.1 in bjw-s/helm-charts and
/// bjw-s-labs/helm-charts, 2026-11-29.
const TOP: [&str; 22] = [
    "configMaps",
    "configMapsFromFolder",
    "controllers",
    "defaultExternalSecretStoreRef",
    "defaultPodOptions",
    "defaultPodOptionsStrategy",
    "enforceServiceAccountCreation",
    "externalSecrets",
    "global",
    "ingress",
    "listenerSets",
    "networkpolicies",
    "persistence",
    "podMonitor",
    "rawResources",
    "rbac",
    "route",
    "secrets",
    "secretsFromFolder",
    "service",
    "serviceAccount",
    "serviceMonitor",
];
/// How a claim of Kubernetes says what a volume of the chart says otherwise. Source: `schemas/persistence.json` there.
const OF_CLAIMS: [(&str, &str); 4] = [
    ("accessModes", "accessMode"),
    ("claimName", "existingClaim"),
    ("resources", "size"),
    ("storageClassName", "storageClass"),
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for app in scope.apps() {
        top(app, findings);
        identifiers(app, findings);
        let controllers = app.get("controllers").map_or(&[][..], Node::entries);
        for controller in controllers {
            word(app, &controller.value, &CONTROLLERS, findings);
            let templates = controller.value.get("statefulset").and_then(|of| of.get("volumeClaimTemplates"));
            for template in templates.map_or(&[][..], Node::items) {
                claim(app, template, findings);
            }
            let containers = controller.value.get("containers").map_or(&[][..], Node::entries);
            for container in containers {
                image(app, container, findings);
            }
        }
        for volume in app.get("persistence").map_or(&[][..], Node::entries) {
            word(app, &volume.value, &VOLUMES, findings);
            claim(app, &volume.value, findings);
            mounts(app, controllers, &volume.value, findings);
        }
        let names: Vec<&str> = controllers.iter().map(|controller| controller.key.as_str()).collect();
        for service in app.get("service").map_or(&[][..], Node::entries) {
            let Some(node) = service.value.get("controller") else { continue };
            let Some(name) = node.text().filter(|name| !names.contains(name) && !name.contains(['$', '{'])) else {
                continue;
            };
            let near = names.iter().find(|known| is_slip(known, name)).copied();
            let Some(near) = near.or_else(|| if let [only] = names[..] { Some(only) } else { None }) else { continue };
            let message = format!("no controller is called `{name}`: app-template refuses the values");
            findings.add_at(app.item, node.origin, message, format!("write {near}"));
        }
    }
}

/// A key at the top that is spelt otherwise.
fn top(app: &Chart<'_>, findings: &mut Findings) {
    for entry in app.values.entries().iter().filter(|entry| !TOP.contains(&entry.key.as_str())) {
        let written = entry.key.to_lowercase();
        let distance = |known: &str| strsim::osa_distance(&known.to_lowercase(), &written);
        let near = TOP.iter().map(|known| (distance(known), *known)).min();
        let Some((_, near)) = near.filter(|(distance, _)| *distance <= 2 && written.len() > 3 + distance) else {
            continue;
        };
        // In a file the values may be for a chart that is made of this one, with words of its own.
        let is_unclear = written.len() < 8 || near.trim_end_matches('s') == entry.key.trim_end_matches('s');
        if app.holder != Holder::File || !is_unclear {
            let message = format!("app-template knows no `{}`: what is in it has no effect", entry.key);
            findings.add_at(app.item, entry.key_origin, message, format!("write {near}"));
        }
    }
}

/// A volume that says what claims of Kubernetes say, by their keys.
fn claim(app: &Chart<'_>, volume: &Node, findings: &mut Findings) {
    let kind = volume.get("type").and_then(Node::text).unwrap_or("persistentVolumeClaim");
    if !["persistentVolumeClaim", "ephemeral"].contains(&kind) || is_off(volume) {
        return;
    }
    for entry in volume.entries() {
        let Some((_, right)) = OF_CLAIMS.iter().find(|(wrong, _)| *wrong == entry.key) else { continue };
        let asked = entry.value.get("requests").and_then(|requests| requests.get("storage"));
        let value = asked.or(entry.value.items().first()).unwrap_or(&entry.value).text().unwrap_or("…");
        let message = format!("a volume of app-template has no `{}`", entry.key);
        findings.add_at(app.item, entry.key_origin, message, format!("write {right}: {value}"));
    }
}

fn is_off(node: &Node) -> bool {
    node.get("enabled").and_then(Node::text) == Some("false")
}

/// A way in that leads to a service which is not there.
fn identifiers(app: &Chart<'_>, findings: &mut Findings) {
    let entries = |key: &str| app.get(key).map_or(&[][..], Node::entries).iter();
    let routes = entries("route").filter(|of| !is_off(&of.value)).flat_map(|of| inner(of, "rules", "backendRefs"));
    let paths = entries("ingress").filter(|of| !is_off(&of.value)).flat_map(|of| inner(of, "hosts", "paths"));
    let services: Vec<&str> = entries("service").filter(|of| !is_off(&of.value)).map(|of| of.key.as_str()).collect();
    for to in routes.chain(paths.filter_map(|path| path.get("service"))).filter(|_| app.is_whole) {
        let is_named = to.get("name").and_then(Node::text).is_some_and(|name| !name.is_empty());
        let Some(node) = to.get("identifier").filter(|_| !is_named) else { continue };
        if let Some((at, message, help)) = port(app, node.text().unwrap_or_default(), to) {
            findings.add_at(app.item, at, message, help);
        }
        let is_unknown = |name: &&str| !name.is_empty() && !services.contains(name) && !name.contains(['$', '{']);
        let Some(name) = node.text().filter(is_unknown) else { continue };
        let message = format!("no service is called `{name}`: app-template refuses the values");
        let help = if services.is_empty() {
            format!("add service: {{{name}: {{ports: {{http: {{port: 11434}}}}}}}}")
        } else {
            format!("write {}", services.join(" or "))
        };
        findings.add_at(app.item, node.origin, message, help);
    }
}

/// A port of a way in that the service does not have, by its name or its number: where, what, and what to write.
fn port(app: &Chart<'_>, service: &str, to: &Node) -> Option<(Origin, String, String)> {
    let node = to.get("port")?;
    let text = node.text().filter(|text| !text.contains(['$', '{']))?;
    let ports = app.get("service")?.get(service)?.get("ports")?.entries();
    let number = |entry: &Entry| entry.value.get("port").and_then(Node::text).map(str::to_owned);
    let has = |entry: &Entry| entry.key == text || number(entry).is_none_or(|own| own == text);
    if ports.is_empty() || ports.iter().any(has) {
        return None;
    }
    let message = format!("the service `{service}` has no port `{text}`");
    Some((node.origin, message, format!("write {}", ports[0].key)))
}

/// What stands in the lists of a list.
fn inner<'n>(of: &'n Entry, list: &str, key: &'static str) -> impl Iterator<Item = &'n Node> {
    let list = of.value.get(list).map_or(&[][..], Node::items).iter();
    list.filter_map(move |one| one.get(key)).flat_map(Node::items)
}

/// A `type` that is spelt otherwise.
fn word(app: &Chart<'_>, of: &Node, known: &[&str], findings: &mut Findings) {
    let Some(node) = of.get("type") else { return };
    let Some(text) = node.text().filter(|text| !known.contains(text) && !text.contains(['$', '{'])) else { return };
    let near = match text {
        "pvc" => Some("persistentVolumeClaim"),
        _ => known.iter().find(|known| strsim::osa_distance(&known.to_lowercase(), &text.to_lowercase()) <= 2).copied(),
    };
    if let Some(near) = near {
        let message = format!("app-template knows no type `{text}`");
        findings.add_at(app.item, node.origin, message, format!("write {near}"));
    }
}

/// A volume that is to be mounted where nothing of that name is.
fn mounts(app: &Chart<'_>, controllers: &[Entry], volume: &Node, findings: &mut Findings) {
    let is_known = |key: &Entry| key.key.contains(['$', '{']) || app.get("controllers").is_none();
    let mut say = |key: &Entry, what: &str, names: &[&str]| {
        let message = format!("no {what} is called `{}`: the volume is mounted nowhere", key.key);
        findings.add_at(app.item, key.key_origin, message, format!("write {}", names.join(" or ")));
    };
    for of in volume.get("advancedMounts").map_or(&[][..], Node::entries).iter().filter(|key| !is_known(key)) {
        let Some(controller) = controllers.iter().find(|controller| controller.key == of.key) else {
            let names: Vec<&str> = controllers.iter().map(|controller| controller.key.as_str()).collect();
            say(of, "controller", &names);
            continue;
        };
        let lists = ["containers", "initContainers"].into_iter();
        let containers = lists.filter_map(|key| controller.value.get(key)).flat_map(Node::entries);
        let names: Vec<&str> = containers.map(|container| container.key.as_str()).collect();
        for wrong in of.value.entries().iter().filter(|key| !is_known(key) && !names.contains(&key.key.as_str())) {
            say(wrong, "container", &names);
        }
    }
}

/// An image whose repository has another key.
fn image(app: &Chart<'_>, container: &Entry, findings: &mut Findings) {
    let Some(image) = container.value.get("image").filter(|image| image.get("repository").is_none()) else { return };
    let Some(wrong) = image.entries().iter().find(|entry| nearest(&entry.key, &["repository"]).is_some()) else {
        return;
    };
    let message = format!("`{}` has no repository: app-template reads no `{}`", container.key, wrong.key);
    findings.add_at(app.item, wrong.key_origin, message, "write repository");
}
