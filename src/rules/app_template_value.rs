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

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for app in scope.apps() {
        let controllers = app.get("controllers").map_or(&[][..], Node::entries);
        for controller in controllers {
            word(app, &controller.value, &CONTROLLERS, findings);
            let containers = controller.value.get("containers").map_or(&[][..], Node::entries);
            for container in containers {
                image(app, container, findings);
            }
        }
        for volume in app.get("persistence").map_or(&[][..], Node::entries) {
            word(app, &volume.value, &VOLUMES, findings);
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

/// An image whose repository has another key.
fn image(app: &Chart<'_>, container: &Entry, findings: &mut Findings) {
    let Some(image) = container.value.get("image").filter(|image| image.get("repository").is_none()) else { return };
    let Some(wrong) = image.entries().iter().find(|entry| nearest(&entry.key, &["repository"]).is_some()) else {
        return;
    };
    let message = format!("`{}` has no repository: app-template reads no `{}`", container.key, wrong.key);
    findings.add_at(app.item, wrong.key_origin, message, "write repository");
}
