//! `env-unknown`: no release of Ollama reads this variable.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{OLLAMA_PORT, VARIABLES, mistake, variable};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "env-unknown",
    severity: Severity::Warning,
    summary: "no release of Ollama reads this variable",
    versions: Versions::All,
    docs: include_str!("env_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            for own in scope.variables(workload, seat) {
                let known = variable(own.name);
                if !own.name.starts_with("OLLAMA_") || known.is_some() || seat.may_use(own.name) || is_link(own.name) {
                    continue;
                }
                let row = mistake(own.name);
                let instead = row.map_or_else(|| near(own.name), |row| row.instead);
                let may_be_others = own.is_from_map && (instead.is_empty() || row.is_some_and(|row| row.other));
                if may_be_others {
                    continue;
                }
                let port = own.value.filter(|_| own.name == "OLLAMA_PORT").and_then(|value| value.parse::<u16>().ok());
                let help = match (row.map_or("", |row| row.hint), port) {
                    (_, Some(OLLAMA_PORT)) => "leave it out: the server listens on 11434 by itself".to_owned(),
                    // Everything that dials the old port would have to follow.
                    (_, Some(port)) => format!(
                        "leave it out; or write OLLAMA_HOST: \"0.0.0.0:{port}\", and {port} in probes and targetPort as well"
                    ),
                    _ if !instead.is_empty() => format!("write {instead}"),
                    ("", _) => "leave it out".to_owned(),
                    (hint, _) => format!("leave it out: {hint}"),
                };
                findings.add(
                    own.item,
                    own.path(seat),
                    format!("no release of Ollama reads {}: it has no effect", own.name),
                    help,
                );
            }
        }
    }
}

/// Whether the kubelet sets variables of this name for a Service called `ollama`.
fn is_link(name: &str) -> bool {
    name.starts_with("OLLAMA_SERVICE_") || name.starts_with("OLLAMA_PORT_")
}

/// The variable that is meant, if one is spelt nearly so.
fn near(name: &str) -> &'static str {
    let distances = VARIABLES
        .iter()
        .filter(|row| !row.client && row.removed.is_empty())
        .map(|row| (strsim::osa_distance(name, row.name), row.name));
    distances.min().filter(|(distance, _)| *distance <= 2).map_or("", |(_, name)| name)
}
