//! `probe-port-mismatch`: a probe or a Service dials a port on which nothing listens.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, Service};
use crate::scope::{Runs, Scope, Seat, Workload, is_variable, nearest, probe_port, probes};

pub(super) const RULE: Rule = Rule {
    id: "probe-port-mismatch",
    severity: Severity::Error,
    summary: "a probe or a Service dials a port on which nothing listens",
    versions: Versions::All,
    docs: include_str!("probe_port_mismatch.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            check_probes(scope, workload, seat, findings);
        }
    }
    for (item, service) in scope.all::<Service>() {
        let Some(spec) = &service.spec else { continue };
        let Some(selector) = spec.selector.as_ref().filter(|selector| !selector.is_empty()) else { continue };
        if spec.type_.as_deref() == Some("ExternalName") {
            continue;
        }
        let chosen = nearest(item, scope.selected(item, selector));
        let [workload] = chosen[..] else { continue };
        let Some(server) = workload.servers().next() else { continue };
        for (at, port) in spec.ports.iter().flatten().enumerate() {
            let own = IntOrString::Int(port.port);
            let target = port.target_port.as_ref().unwrap_or(&own);
            let path = if port.target_port.is_some() { "targetPort" } else { "port" };
            let fault = match target {
                IntOrString::String(name) if is_variable(name) => None,
                IntOrString::String(name) => {
                    (number(name).is_none() && !workload.seats.iter().any(|seat| declares(seat, name))).then(|| {
                        (
                            format!("no container of {} has a port named `{name}`", workload.item.object.reference()),
                            "name the port in the container: ports: [{name: NAME, containerPort: 11434}]".to_owned(),
                        )
                    })
                }
                IntOrString::Int(number) => listening(scope, workload, server)
                    .filter(|listening| i32::from(*listening) != *number)
                    .map(|listening| {
                        (
                            format!(
                                "nothing listens on port {number} in {}: Ollama has {listening}",
                                workload.item.object.reference()
                            ),
                            format!("set targetPort: {listening}"),
                        )
                    }),
            };
            if let Some((message, help)) = fault {
                findings.add(item, format!("spec.ports[{at}].{path}"), message, help);
            }
        }
    }
}

fn check_probes(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>, findings: &mut Findings) {
    for (name, probe) in probes(seat.container) {
        let Some((port, path)) = probe_port(probe) else { continue };
        if matches!(port, IntOrString::String(named) if is_variable(named)) {
            continue;
        }
        let listening = || listening(scope, workload, seat).filter(|_| seat.runs == Runs::Server);
        let fault = match port {
            IntOrString::String(named) if number(named).is_none() => match declared(seat, named) {
                None => Some((
                    format!("`{}` has no port named `{named}`", seat.name()),
                    "name the port in the container: ports: [{name: NAME, containerPort: 11434}]".to_owned(),
                )),
                Some(number) => differs(number, listening()),
            },
            IntOrString::String(named) => number(named).and_then(|number| differs(number, listening())),
            IntOrString::Int(number) => differs(*number, listening()),
        };
        if let Some((message, help)) = fault {
            findings.add(workload.item, format!("{}.{name}.{path}", seat.path), message, help);
        }
    }
}

fn differs(number: i32, listening: Option<u16>) -> Option<(String, String)> {
    let listening = listening.filter(|listening| i32::from(*listening) != number)?;
    Some((
        format!("the probe dials port {number}, and Ollama listens on {listening}"),
        format!("set port: {listening}"),
    ))
}

fn number(text: &str) -> Option<i32> {
    text.parse().ok()
}

fn declared(seat: &Seat<'_>, name: &str) -> Option<i32> {
    let port = seat.container.ports.iter().flatten().find(|port| port.name.as_deref() == Some(name))?;
    Some(port.container_port)
}

fn declares(seat: &Seat<'_>, name: &str) -> bool {
    declared(seat, name).is_some()
}

/// The only port on which a pod listens, where that is certain: one container that serves and does nothing else.
fn listening(scope: &Scope<'_>, workload: &Workload<'_>, server: &Seat<'_>) -> Option<u16> {
    let is_alone = workload.seats.iter().all(|seat| seat.path == server.path || !seat.stays());
    let script = server.script();
    let is_plain = script.is_empty() || script == "serve" || script == "ollama serve" || script == "/bin/ollama serve";
    if !is_alone || !is_plain || !server.image().is_official() || workload.pod.host_network == Some(true) {
        return None;
    }
    scope.listens(workload, server).map(|address| address.port)
}
