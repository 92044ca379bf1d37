//! `app-template-value`: app-template cannot make anything of a value.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Chart, Scope, is_slip};
use crate::tree::{Entry, Node, nearest};

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

/// What a container has. Source: as above.
const FIELDS: [&str; 11] = [
    "args",
    "command",
    "env",
    "envFrom",
    "image",
    "lifecycle",
    "ports",
    "probes",
    "resources",
    "securityContext",
    "workingDir",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for app in scope.apps() {
        let controllers = app.get("controllers").map_or(&[][..], Node::entries);
        for controller in controllers {
            word(app, &controller.value, &CONTROLLERS, findings);
            let containers = controller.value.get("containers").map_or(&[][..], Node::entries);
            for container in containers {
                image(app, container, findings);
                beside(app, container, findings);
            }
        }
        for volume in app.get("persistence").map_or(&[][..], Node::entries) {
            word(app, &volume.value, &VOLUMES, findings);
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

/// A field of a container that stands beside it.
fn beside(app: &Chart<'_>, container: &Entry, findings: &mut Findings) {
    if !FIELDS.contains(&container.key.as_str()) || container.value.get("image").is_some() {
        return;
    }
    let message = format!("app-template takes `{}` for a container of that name, which has no image", container.key);
    let help = format!("move {} into the container, two spaces further in", container.key);
    findings.add_at(app.item, container.key_origin, message, help);
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
