//! `app-template-container`: a part of a container stands where app-template does not look for it.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Chart, Scope};
use crate::tree::{Entry, Node};

pub(super) const RULE: Rule = Rule {
    id: "app-template-container",
    severity: Severity::Error,
    summary: "a part of a container stands where app-template does not look for it",
    versions: Versions::All,
    docs: include_str!("app_template_container.md"),
    check,
};

/// What a container has. Source: values of releases in public repositories, 2026-11-29.
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
        for controller in app.get("controllers").map_or(&[][..], Node::entries) {
            for container in controller.value.get("containers").map_or(&[][..], Node::entries) {
                beside(app, container, findings);
                probes(app, container, findings);
            }
        }
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

/// A probe of one's own whose parts stand beside `spec`.
fn probes(app: &Chart<'_>, container: &Entry, findings: &mut Findings) {
    for probe in container.value.get("probes").map_or(&[][..], Node::entries) {
        let is_custom = probe.value.get("custom").and_then(Node::text) == Some("true");
        let is_part = |entry: &&Entry| matches!(entry.key.as_str(), "httpGet" | "tcpSocket" | "exec" | "grpc");
        let stray =
            probe.value.entries().iter().find(is_part).filter(|_| is_custom && probe.value.get("spec").is_none());
        if let Some(stray) = stray {
            let message = format!("app-template takes a probe of your own from spec: `{}` here is nothing", stray.key);
            findings.add_at(app.item, stray.key_origin, message, format!("write spec: {{{}: …}}", stray.key));
        }
    }
}
