//! `client-base-url`: `Open WebUI` adds a path by itself, and finds it twice.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "client-base-url",
    severity: Severity::Error,
    summary: "Open WebUI adds a path by itself, and finds it twice",
    versions: Versions::All,
    docs: include_str!("client_base_url.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.all_workloads() {
        for seat in &workload.seats {
            let last = seat.container.image.as_deref().and_then(|image| image.rsplit('/').next());
            if !last.is_some_and(|last| last.starts_with("open-webui")) {
                continue;
            }
            let has = |name: &str, value: Option<&str>| {
                let mut variables = seat.container.env.iter().flatten();
                variables.any(|one| one.name == name && value.is_none_or(|value| one.value.as_deref() == Some(value)))
            };
            if has("ENABLE_OLLAMA_API", Some("false")) || has("ENABLE_OLLAMA_API", Some("False")) {
                continue;
            }
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                let value = variable.value.as_deref().unwrap_or_default();
                let is_it = match variable.name.as_str() {
                    "OLLAMA_BASE_URL" => !has("OLLAMA_BASE_URLS", None),
                    name => name == "OLLAMA_BASE_URLS",
                };
                let stray = value.split(';').find(|url| is_it && is_stray(url));
                if let Some(url) = stray {
                    let base = url.trim().trim_end_matches('/').trim_end_matches("/api");
                    let message = format!("Open WebUI adds /api to `{url}`: Ollama answers /api/api with 404");
                    findings.add(
                        workload.item,
                        format!("{}.env[{at}].value", seat.path),
                        message,
                        format!("write {base}"),
                    );
                }
            }
        }
    }
}

/// Whether an address is that of the API of a server inside: what stands before another may have paths of its own.
fn is_stray(url: &str) -> bool {
    let url = url.trim().trim_end_matches('/');
    let Some((host, path)) = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')) else { return false };
    let is_inside = host.ends_with(":11434") || !host.contains('.') || host.contains(".svc");
    path == "api" && is_inside && !is_variable(url)
}
