//! `suspended`: something is switched off.

use super::{Findings, Rule, Severity, Versions};
use crate::bundle::Object;
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "suspended",
    severity: Severity::Info,
    summary: "something is switched off",
    versions: Versions::All,
    docs: include_str!("suspended.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for item in scope.items().iter().filter(|item| scope.concerns_ollama(**item)) {
        let is_flux =
            matches!(item.object, Object::Custom(custom) if custom.api_version.contains(".toolkit.fluxcd.io/"));
        let (key, what) = match item.object.kind() {
            _ if is_flux => ("suspend", "Flux changes nothing of it"),
            "Deployment" => ("paused", "no change of its pods is rolled out"),
            "CronJob" | "Job" => ("suspend", "no pod of it is started"),
            _ => continue,
        };
        if item.at(&["spec", key]).and_then(Node::text) == Some("true") {
            findings.add(
                *item,
                format!("spec.{key}"),
                format!("{key} is true: {what}"),
                format!("leave {key} out when it is to go on"),
            );
        }
    }
}
