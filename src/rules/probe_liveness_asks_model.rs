//! `probe-liveness-asks-model`: a server without its model is killed.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Runs, Scope, asks_for_model};

pub(super) const RULE: Rule = Rule {
    id: "probe-liveness-asks-model",
    severity: Severity::Warning,
    summary: "a server without its model is killed",
    versions: Versions::All,
    docs: include_str!("probe_liveness_asks_model.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.seats.iter().filter(|seat| seat.runs == Runs::Server && seat.stays()) {
            for (name, probe) in
                [("livenessProbe", &seat.container.liveness_probe), ("startupProbe", &seat.container.startup_probe)]
            {
                let Some(probe) = probe.as_ref().filter(|probe| asks_for_model(probe)) else { continue };
                let words = probe.exec.iter().filter_map(|exec| exec.command.as_ref()).flatten();
                let asks = |word: &String| {
                    ["ollama show", "ollama run", "/api/generate", "/api/chat", "/api/show", "/v1/models/", "/v1/chat"]
                        .iter()
                        .any(|way| word.contains(way))
                        || word.contains("ollama list") && word.contains("grep")
                };
                let exec: Vec<&str> = words.clone().map(String::as_str).collect();
                let is_direct = matches!(exec[..], [program, "show" | "run", ..] if program.ends_with("ollama"));
                if probe.http_get.is_some() || is_direct || words.clone().any(asks) {
                    findings.add(
                        workload.item,
                        format!("{}.{name}", seat.path),
                        format!("the {name} fails as long as the model is not there, and the server that could pull it is killed"),
                        "ask for the model in the readinessProbe, and for / here",
                    );
                }
            }
        }
    }
}
