//! `probe-timeout`: liveness reads the whole model store within a second.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Runs, Scope};

pub(super) const RULE: Rule = Rule {
    id: "probe-timeout",
    severity: Severity::Info,
    summary: "liveness reads the whole model store within a second",
    versions: Versions::All,
    docs: include_str!("probe_timeout.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.seats.iter().filter(|seat| seat.runs == Runs::Server) {
            let Some(probe) = &seat.container.liveness_probe else { continue };
            let words = probe.exec.as_ref().and_then(|exec| exec.command.as_deref()).unwrap_or_default();
            let (path, at) = match (probe.http_get.as_ref().and_then(|get| get.path.as_deref()), words) {
                (Some(path), _) => (path, "httpGet.path"),
                (None, [program, list]) if program == "ollama" && list == "list" => ("ollama list", "exec.command"),
                _ => continue,
            };
            let reads = matches!(path, "/api/tags" | "/v1/models" | "/api/ps" | "ollama list");
            if reads && probe.timeout_seconds.unwrap_or(1) <= 1 {
                let times = match probe.failure_threshold.unwrap_or(3) {
                    ..=1 => String::new(),
                    times => format!(" {times} times in a row"),
                };
                findings.add(
                    workload.item,
                    format!("{}.livenessProbe.{at}", seat.path),
                    format!("a busy server is killed when `{path}` takes longer than 1 s{times}"),
                    "livenessProbe: {httpGet: {path: /, port: 11434}, timeoutSeconds: 5}",
                );
            }
        }
    }
}
