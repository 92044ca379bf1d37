//! `probe-unknown-path`: a probe asks for a path that Ollama does not answer.

use super::route_unknown_path::is_served;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, is_unknown};

pub(super) const RULE: Rule = Rule {
    id: "probe-unknown-path",
    severity: Severity::Error,
    summary: "a probe asks for a path that Ollama does not answer",
    versions: Versions::All,
    docs: include_str!("probe_unknown_path.md"),
    check,
};

/// Paths that take a POST and refuse the GET of a probe. Source: ollama v0.34.2 `server/routes.go`
/// (`HandleMethodNotAllowed`).
const POSTED: [&str; 13] = [
    "/api/pull",
    "/api/push",
    "/api/show",
    "/api/create",
    "/api/copy",
    "/api/generate",
    "/api/chat",
    "/api/embed",
    "/api/embeddings",
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
    "/v1/messages",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.servers() {
        for (at, get) in scope.health_checks(workload) {
            let Some(written) = get.path.as_deref().filter(|path| !is_unknown(path)) else { continue };
            let Some((answer, help)) = refused(written) else { continue };
            let then = match at.rsplit('.').nth(1) {
                Some("readinessProbe") => "no pod is ever Ready",
                _ => "the container is killed again and again",
            };
            let message = format!("Ollama answers GET {written} with {answer}: {then}");
            findings.add(workload.item, format!("{at}.path"), message, help);
        }
    }
}

/// With what the server refuses a path, and what to ask instead.
fn refused(written: &str) -> Option<(u16, String)> {
    const HEALTH: &str = "set path: /, which answers 200 while the server runs";
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let path = format!("/{}", path.trim_matches('/'));
    if POSTED.contains(&path.as_str()) {
        return Some((405, HEALTH.to_owned()));
    }
    if let Some(name) = path.strip_prefix("/v1/models/") {
        let help = || format!("ask by exec: {{command: [ollama, show, \"{}\"]}}", name.replace("%2F", "/"));
        return name.contains(['/', '%']).then(|| (404, help()));
    }
    (!is_served(&path, true)).then(|| (404, HEALTH.to_owned()))
}
