//! `host-url`: the server cannot listen at this address.

use std::net::IpAddr;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Address, Env, Scope};

pub(super) const RULE: Rule = Rule {
    id: "host-url",
    severity: Severity::Error,
    summary: "the server cannot listen at this address",
    versions: Versions::All,
    docs: include_str!("host_url.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers().filter(|workload| workload.pod.host_network != Some(true)) {
        for seat in workload.servers() {
            let Env::Text(value) = scope.env(workload, seat, "OLLAMA_HOST") else { continue };
            if crate::scope::is_unknown(value) || value.trim().is_empty() || seat.script().contains("OLLAMA_HOST=") {
                continue;
            }
            let listen = Address::of(value);
            let ports = || seat.container.ports.iter().flatten().map(|port| port.container_port);
            let message = if !is_own(listen.host) {
                format!("the server will not bind `{}`: it is no address of the pod", listen.host)
            } else if matches!(listen.port, 80 | 443)
                && value.contains("://")
                && !ports().any(|port| port == i32::from(listen.port))
            {
                format!("`{value}` names no port, so that the server listens at {}, not at 11434", listen.port)
            } else {
                continue;
            };
            let path = seat
                .variable("OLLAMA_HOST")
                .map_or_else(|| format!("{}.envFrom", seat.path), |(_, path)| format!("{path}.value"));
            findings.add(workload.item, path, message, "set OLLAMA_HOST: \"0.0.0.0:11434\"");
        }
    }
}

/// Whether a server in a pod can listen there: at all addresses, or at those of the pod's own loopback.
fn is_own(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_unspecified() || address.is_loopback(),
        Err(_) => host.is_empty() || host == "localhost",
    }
}
