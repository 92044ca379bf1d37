//! `probe-invalid`: the API server refuses a probe.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::{IntOrString, Probe};
use crate::scope::{Scope, is_variable, port_name_fault};

pub(super) const RULE: Rule = Rule {
    id: "probe-invalid",
    severity: Severity::Error,
    summary: "the API server refuses a probe",
    versions: Versions::All,
    docs: include_str!("probe_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            let container = seat.container;
            let probes = [
                ("livenessProbe", &container.liveness_probe),
                ("readinessProbe", &container.readiness_probe),
                ("startupProbe", &container.startup_probe),
            ];
            for (kind, probe) in probes {
                let way = format!("{}.{kind}", seat.path);
                let Some(probe) = probe else { continue };
                for (field, message, help) in faults(kind, probe) {
                    let path = if field.is_empty() { way.clone() } else { format!("{way}.{field}") };
                    let is_filled_in =
                        workload.item.written(&path).and_then(|node| node.text()).is_some_and(is_variable);
                    // What is no list is told as a value of the wrong type.
                    let is_text = field == "exec.command"
                        && workload
                            .item
                            .written(&path)
                            .and_then(|node| node.text())
                            .is_some_and(|text| !text.is_empty());
                    if !is_filled_in && !is_text {
                        findings.add(workload.item, path, message, help);
                    }
                }
            }
        }
    }
}

/// What is wrong with a probe: the field, what is true, what to write.
fn faults(kind: &str, probe: &Probe) -> Vec<(&'static str, String, &'static str)> {
    let mut faults = Vec::new();
    let ways = [probe.http_get.is_some(), probe.tcp_socket.is_some(), probe.exec.is_some(), probe.grpc.is_some()];
    match ways.iter().filter(|is_there| **is_there).count() {
        0 => faults.push(("", format!("{kind} asks nothing"), "set httpGet: {path: /, port: 11434}")),
        1 => {}
        _ => faults.push(("", format!("{kind} asks in two ways"), "keep one of httpGet, tcpSocket, exec and grpc")),
    }
    let ports = [
        ("httpGet.port", probe.http_get.as_ref().map(|get| &get.port)),
        ("tcpSocket.port", probe.tcp_socket.as_ref().map(|socket| &socket.port)),
    ];
    for (field, port) in ports {
        match port {
            Some(IntOrString::Int(number)) if !(1..=65_535).contains(number) => {
                faults.push((field, format!("{number} is no port"), "write port: 11434, a number from 1 to 65535"));
            }
            Some(IntOrString::String(name)) => {
                if let Some(fault) = port_name_fault(name) {
                    faults.push((
                        field,
                        format!("the port name `{name}` {fault}"),
                        "write a number without quotes, or the name of a container port",
                    ));
                }
            }
            _ => {}
        }
    }
    if kind != "readinessProbe" && probe.success_threshold.is_some_and(|times| times > 1) {
        faults.push(("successThreshold", format!("{kind} passes by one success"), "remove successThreshold"));
    }
    if kind == "readinessProbe" && probe.termination_grace_period_seconds.is_some() {
        faults.push((
            "terminationGracePeriodSeconds",
            "a readiness probe ends no container".to_owned(),
            "move terminationGracePeriodSeconds to the pod",
        ));
    }
    if probe.exec.as_ref().is_some_and(|exec| exec.command.as_ref().is_none_or(Vec::is_empty)) {
        faults.push(("exec.command", "a command without words".to_owned(), "set command: [ollama, list]"));
    }
    faults
}
