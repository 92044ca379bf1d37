//! `client-base-url`: `Open WebUI` adds a path by itself, and finds it twice.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

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
            if !seat.container.image.as_deref().is_some_and(|image| image.contains("open-webui")) {
                continue;
            }
            for (at, variable) in seat.container.env.iter().flatten().enumerate() {
                let value = variable.value.as_deref().unwrap_or_default();
                let is_it = matches!(variable.name.as_str(), "OLLAMA_BASE_URL" | "OLLAMA_BASE_URLS");
                let stray = value.split(';').find(|url| is_it && url.trim().trim_end_matches('/').ends_with("/api"));
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
