//! `probe-port-mismatch`: a probe or a Service dials a port on which nothing listens.

use std::iter;

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, Service};
use crate::scope::{Moment, PORT, Runs, Scope, Seat, Workload, is_variable, nearest, probe_port, probes};

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
        if chosen.iter().any(|workload| workload.servers().next().is_none()) {
            continue;
        }
        for (at, port) in spec.ports.iter().flatten().enumerate() {
            let own = IntOrString::Int(port.port);
            let target = port.target_port.as_ref().unwrap_or(&own);
            let path = if port.target_port.is_some() { "targetPort" } else { "port" };
            let faults: Option<Vec<_>> = chosen.iter().map(|workload| target_fault(scope, workload, target)).collect();
            let fault = faults.and_then(|faults| faults.into_iter().next());
            if let Some((message, help)) = fault {
                findings.add(item, format!("spec.ports[{at}].{path}"), message, help);
            }
        }
    }
}

/// What is wrong with the port to which a Service sends requests for a pod.
fn target_fault(scope: &Scope<'_>, workload: &Workload<'_>, target: &IntOrString) -> Option<(String, String)> {
    let pods = workload.item.object.reference();
    let listens = || workload.servers().next().and_then(|server| listening(scope, workload, server));
    let silent = |number: i32, named: String| {
        let listening = listens().filter(|listening| i32::from(*listening) != number)?;
        let message = format!("nothing listens on port {number}{named} in {pods}: Ollama has {listening}");
        Some((message, format!("set targetPort: {listening}")))
    };
    match target {
        IntOrString::String(name) if is_variable(name) || number(name).is_some() => None,
        IntOrString::String(name) => match workload.seats.iter().find_map(|seat| declared(seat, name)) {
            Some(number) => silent(number, format!(" (`{name}`)")),
            None => Some((
                format!("no container of {pods} has a port named `{name}`"),
                name_of_port(workload.seats.iter(), "targetPort"),
            )),
        },
        IntOrString::Int(number) => silent(*number, String::new()),
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
                    name_of_port(iter::once(seat), "port"),
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

/// What to write for a name that no port has: that of the only port, where it has one.
fn name_of_port<'s, 'a: 's>(seats: impl Iterator<Item = &'s Seat<'a>>, key: &str) -> String {
    let ports: Vec<_> =
        seats.filter(|seat| seat.stays()).flat_map(|seat| seat.container.ports.iter().flatten()).collect();
    let serving = ports.iter().filter(|port| ports.len() == 1 || port.container_port == PORT);
    match serving.filter_map(|port| port.name.as_deref()).collect::<Vec<_>>()[..] {
        [name] => format!("write {key}: {name}, the name that the container's port has"),
        _ => "name the port in the container: ports: [{name: NAME, containerPort: 11434}]".to_owned(),
    }
}

/// The number of the port that a container calls so.
pub(super) fn declared(seat: &Seat<'_>, name: &str) -> Option<i32> {
    let port = seat.container.ports.iter().flatten().find(|port| port.name.as_deref() == Some(name))?;
    Some(port.container_port)
}

/// The only port on which a pod listens, where that is certain: one container that serves, and nothing else that may.
pub(super) fn listening(scope: &Scope<'_>, workload: &Workload<'_>, server: &Seat<'_>) -> Option<u16> {
    let is_alone =
        workload.seats.iter().all(|seat| seat.path == server.path || !seat.stays() || only_asks(scope, workload, seat));
    if !is_alone
        || !server.image().is_official()
        || !only_asks(scope, workload, server)
        || workload.pod.host_network == Some(true)
    {
        return None;
    }
    scope.listens(workload, server).map(|address| address.port)
}

/// Programs that listen nowhere; `ollama` listens where its variable says.
const QUIET: [&str; 24] = [
    "ollama", "curl", "wget", "sleep", "wait", "echo", "printf", "set", "trap", "kill", "export", "date", "test", "[",
    "[[", "break", "exit", "true", "mkdir", "cat", "grep", "seq", "continue", ":",
];

/// Whether a container opens no port but that of Ollama: each of its commands is known.
fn only_asks(scope: &Scope<'_>, workload: &Workload<'_>, seat: &Seat<'_>) -> bool {
    let mut own =
        scope.programs_of(workload).filter(|ran| ran.seat.path == seat.path && ran.program.moment == Moment::Main);
    own.next().is_some_and(|ran| {
        let statements = ran.program.script.statements();
        statements.iter().all(|statement| statement.simple.program().is_none_or(|(name, _)| QUIET.contains(&name)))
    })
}
