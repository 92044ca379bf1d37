//! `route-unknown-path`: Ollama has no such path.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;

pub(super) const RULE: Rule = Rule {
    id: "route-unknown-path",
    severity: Severity::Warning,
    summary: "Ollama has no such path",
    versions: Versions::All,
    docs: include_str!("route_unknown_path.md"),
    check,
};

/// Paths that the server answers. Source: ollama v0.34.2 `server/routes.go`.
const PATHS: [&str; 31] = [
    "/",
    "/api/version",
    "/api/status",
    "/api/pull",
    "/api/push",
    "/api/tags",
    "/api/show",
    "/api/delete",
    "/api/me",
    "/api/signout",
    "/api/user/keys",
    "/api/create",
    "/api/blobs",
    "/api/copy",
    "/api/experimental",
    "/api/ps",
    "/api/generate",
    "/api/chat",
    "/api/embed",
    "/api/embeddings",
    "/api/web_search",
    "/api/web_fetch",
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
    "/v1/models",
    "/v1/responses",
    "/v1/audio/transcriptions",
    "/v1/messages",
    "/v1/images/generations",
    "/v1/images/edits",
];
/// Paths below which each part is a name.
const FOLDERS: [&str; 6] =
    ["/api/user/keys/", "/api/blobs/", "/api/experimental/", "/v1/models/", "/v1/responses/", "/v1/messages/"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for door in scope.doors() {
        for way in door.ways.iter().filter(|way| !way.is_rewritten) {
            let Some(path) = way.path.filter(|path| path.starts_with('/') && !is_served(path, way.is_exact)) else {
                continue;
            };
            findings.add(
                door.item,
                way.at.clone(),
                format!("`{path}` gets 404: Ollama serves nothing there, and nothing rewrites it"),
                "send /api and /v1 as they are, or let the route rewrite the path; GET / is the health check",
            );
        }
    }
}

/// Whether the server answers a path, or, unless it is exact, one below it.
pub(super) fn is_served(path: &str, is_exact: bool) -> bool {
    let short = path.trim_end_matches('/');
    short.is_empty()
        || FOLDERS.iter().any(|folder| path.starts_with(folder))
        || PATHS.iter().any(|known| {
            let rest = known.strip_prefix(short);
            rest.is_some_and(|rest| rest.is_empty() || (!is_exact && rest.starts_with('/')))
        })
}
