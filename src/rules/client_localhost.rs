//! `client-localhost`: a client dials its own pod, in which no Ollama runs.

use super::{Findings, Rule, Severity, Versions};
use crate::k8s::Service;
use crate::scope::{About, Runs, Scope, Seat, Workload};

pub(super) const RULE: Rule = Rule {
    id: "client-localhost",
    severity: Severity::Error,
    summary: "a client dials its own pod, in which no Ollama runs",
    versions: Versions::All,
    docs: include_str!("client_localhost.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.all_workloads().iter().filter(|workload| !may_have_server(workload)) {
        for seat in &workload.seats {
            // What else runs beside it may pass the port on, and so may the script itself.
            let is_alone = !workload.seats.iter().any(|other| other.path != seat.path && other.stays());
            if !is_alone || seat.script().contains("port-forward") {
                continue;
            }
            let calls = scope.calls(workload, seat);
            let is_here = |host: &str| matches!(host, "localhost" | "127.0.0.1");
            let Some(call) = calls.iter().find(|call| is_here(call.host) && call.port == Some(11434)) else { continue };
            let service = serving(scope, workload).unwrap_or("ollama");
            findings.add(
                workload.item,
                &call.path,
                format!("`{}` is this pod itself, and no container of it runs Ollama", call.url),
                format!("write http://{service}:11434, with the name of the Service of Ollama"),
            );
        }
    }
}

/// Whether a container of a pod may be a server: what is called after Ollama, and what starts one.
fn may_have_server(workload: &Workload<'_>) -> bool {
    let is_server = |seat: &Seat<'_>| {
        seat.runs == Runs::Server
            || seat.container.image.as_deref().is_none_or(|image| image.contains("ollama") || image.contains('$'))
            || seat.script().contains("ollama serve")
    };
    workload.about == About::Server || workload.seats.iter().any(is_server)
}

/// The only Service near a workload that leads to a server.
fn serving<'a>(scope: &Scope<'a>, from: &Workload<'a>) -> Option<&'a str> {
    let mut near = scope.all::<Service>().filter(|(item, service)| {
        item.is_near(from.item) && item.may_meet(from.item) && scope.serves(*item, service, Some(11434), None)
    });
    near.next().filter(|_| near.next().is_none()).map(|(item, _)| item.name())
}
