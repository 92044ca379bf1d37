//! `env-client`: only clients read this variable: the server asks nobody who it is.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "env-client",
    severity: Severity::Warning,
    summary: "only clients read this variable: the server asks nobody who it is",
    versions: Versions::All,
    docs: include_str!("env_client.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for seat in workload.servers().filter(|seat| seat.image().is_official()) {
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                if !matches!(variable.name.as_str(), "OLLAMA_API_KEY" | "OLLAMA_AUTH") || seat.may_use(&variable.name) {
                    continue;
                }
                findings.add(
                    workload.item,
                    format!("{}.env[{at}].name", seat.path),
                    format!("{} has no effect: the server does not read it", variable.name),
                    if variable.name == "OLLAMA_AUTH" {
                        "leave it out; only a proxy in front can ask for passwords or keys"
                    } else {
                        "leave it out; for cloud models mount a Secret with a key at /root/.ollama/id_ed25519, and add \
                         its public half at ollama.com/settings/keys"
                    },
                );
            }
        }
    }
}
