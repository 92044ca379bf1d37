//! `host-localhost`: the server listens for its own pod only.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::IntOrString;
use crate::scope::{Address, Env, Scope, probe_port, probes};

pub(super) const RULE: Rule = Rule {
    id: "host-localhost",
    severity: Severity::Error,
    summary: "the server listens for its own pod only",
    versions: Versions::All,
    docs: include_str!("host_localhost.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let served = scope.served();
    for workload in scope.servers().filter(|workload| workload.pod.host_network != Some(true)) {
        for seat in workload.servers() {
            let Env::Text(text) = scope.env(workload, seat, "OLLAMA_HOST") else { continue };
            let address = Address::of(text);
            let is_known = !text.is_empty() && !text.contains('$');
            if !is_known || !address.is_loopback() || seat.script().contains("OLLAMA_HOST") {
                continue;
            }
            let own = probes(seat.container).find(|(_, probe)| {
                let host = probe
                    .http_get
                    .as_ref()
                    .and_then(|get| get.host.as_ref())
                    .or_else(|| probe.tcp_socket.as_ref().and_then(|socket| socket.host.as_ref()));
                let is_own =
                    |port: &IntOrString| match port {
                        IntOrString::Int(number) => *number == i32::from(address.port),
                        IntOrString::String(name) => seat.container.ports.iter().flatten().any(|port| {
                            port.name.as_ref() == Some(name) && port.container_port == i32::from(address.port)
                        }),
                    };
                host.is_none() && probe_port(probe).is_some_and(|(port, _)| is_own(port))
            });
            let alone = workload.seats.iter().filter(|seat| seat.stays()).count() == 1;
            let who = match own {
                Some((name, _)) => format!("its {name}"),
                None => match served.get(&workload.item.number).filter(|_| alone) {
                    Some(item) => format!("Service/{}", item.name()),
                    None => continue,
                },
            };
            findings.add(
                workload.item,
                seat.value_way("OLLAMA_HOST"),
                format!("the server listens on `{text}`, where only its own pod reaches it, and not {who}"),
                "set OLLAMA_HOST: \"0.0.0.0:11434\", or leave it out: the image has that",
            );
        }
    }
}
