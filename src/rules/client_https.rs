//! `client-https`: a client speaks TLS to Ollama, which does not.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Runs, Scope, is_unknown};

pub(super) const RULE: Rule = Rule {
    id: "client-https",
    severity: Severity::Error,
    summary: "a client speaks TLS to Ollama, which does not",
    versions: Versions::All,
    docs: include_str!("client_https.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.all_workloads() {
        for seat in workload.seats.iter().filter(|seat| seat.runs != Runs::Server) {
            for call in scope.calls(workload, seat).iter().filter(|call| call.is_tls && !is_unknown(call.host)) {
                let Some((name, namespace)) = call.service() else { continue };
                let port = i32::from(call.port.unwrap_or(443));
                let behind = scope.behind(workload.item, name, namespace, Some(port), None);
                // Another's name with Ollama's port may be that of what speaks TLS before it.
                let is_own = behind.service.is_some_and(|service| {
                    let selector = service.at(&["spec", "selector"]);
                    selector.is_some_and(|selector| !selector.entries().is_empty())
                });
                let is_named = behind.service.is_none()
                    && name.starts_with("ollama")
                    && (namespace.is_none() || call.host.contains(".svc"));
                if !behind.is_ollama || !is_own && !is_named {
                    continue;
                }
                let message = format!("`{}` speaks TLS, and Ollama answers in plain HTTP only", call.url);
                let help = format!("write http{}", call.url.trim_start_matches("https"));
                let finding = findings.add(workload.item, &call.path, message, help);
                if let Some(service) = behind.service {
                    finding.also(service, "metadata.name", "leads to Ollama");
                }
            }
        }
    }
}
