//! `env-secret`: a secret stands in the manifest as plain text.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_unknown};

pub(super) const RULE: Rule = Rule {
    id: "env-secret",
    severity: Severity::Warning,
    summary: "a secret stands in the manifest as plain text",
    versions: Versions::All,
    docs: include_str!("env_secret.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.workloads() {
        for seat in &workload.seats {
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                let value = variable.value.as_deref().unwrap_or_default();
                if !is_secret(&variable.name) || value.len() < 6 || is_unknown(value) || is_no_secret(value) {
                    continue;
                }
                findings.add(
                    workload.item,
                    format!("{}.env[{at}].value", seat.path),
                    format!("{} can be read by everybody who reads this file or the object", variable.name),
                    if is_unread(&variable.name) && seat.image().is_official() && !seat.may_use(&variable.name) {
                        "leave it out: Ollama does not read it".to_owned()
                    } else {
                        reference(&variable.name)
                    },
                );
            }
        }
    }
}

/// Whether a variable is for a database, which Ollama does not have.
fn is_unread(name: &str) -> bool {
    ["POSTGRES_", "MYSQL_", "MARIADB_", "MONGO_", "REDIS_"].iter().any(|start| name.starts_with(start))
}

/// Where to take a variable from, by its own words: `HF_TOKEN` from `token` of a Secret `hf`.
fn reference(name: &str) -> String {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let (secret, key) = match lower.strip_suffix("-api-key") {
        Some(secret) => (secret, "api-key"),
        None => lower.rsplit_once('-').unwrap_or(("ollama", &lower)),
    };
    format!("put it in a Secret and set valueFrom: {{secretKeyRef: {{name: {secret}, key: {key}}}}}")
}

/// Whether variables of this name hold secrets.
fn is_secret(name: &str) -> bool {
    let ends = ["API_KEY", "TOKEN", "PASSWORD", "SECRET", "SECRET_KEY", "PRIVATE_KEY", "ACCESS_KEY"];
    ends.iter().any(|end| name == *end || name.strip_suffix(end).is_some_and(|before| before.ends_with('_')))
}

/// Whether a value is no secret: a word that clients have to send, a blank to fill in, a path, an address.
fn is_no_secret(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    let words = [
        "ollama",
        "redacted",
        "changeme",
        "change-me",
        "change_me",
        "your",
        "xxx",
        "dummy",
        "none",
        "placeholder",
        "example",
        "not-needed",
        "unused",
    ];
    words.iter().any(|word| value.contains(word)) || value.starts_with('/') || value.contains("://")
}
