//! `ingress-timeout`: the controller gives up before the model has answered.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "ingress-timeout",
    severity: Severity::Warning,
    summary: "the controller gives up before the model has answered",
    versions: Versions::All,
    docs: include_str!("ingress_timeout.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        let Some(silence) = scope.silence(&door) else { continue };
        if silence.seconds >= 180
            || (silence.key.starts_with("nginx") && !silence.is_read && scope.is_configured("proxy-read-timeout"))
        {
            continue;
        }
        let why = silence.because();
        findings.add(
            door.item,
            format!("metadata.annotations.{}", silence.key),
            format!(
                "an answer must not stay silent for more than {} seconds{why}: loading a model may take longer",
                silence.seconds
            ),
            format!("set {}: \"{}\"", silence.key, silence.instead),
        );
    }
}
