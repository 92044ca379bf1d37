//! `probe-https`: a probe speaks TLS to a server that does not.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "probe-https",
    severity: Severity::Error,
    summary: "a probe speaks TLS to a server that does not",
    versions: Versions::All,
    docs: include_str!("probe_https.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for (at, get) in scope.health_checks(workload) {
            if get.scheme.as_deref() == Some("HTTPS") {
                let message = "the probe speaks TLS, and Ollama answers in plain HTTP only: it never succeeds";
                findings.add(workload.item, format!("{at}.scheme"), message, "set scheme: HTTP, or leave it out");
            }
        }
    }
}
