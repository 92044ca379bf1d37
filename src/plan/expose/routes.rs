//! What may be asked of a server from outside?

use crate::profile::Paths;

/// Requests that are let in.
#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    /// The path.
    pub path: &'static str,
    /// Whether it is meant exactly; else also everything below it.
    pub exact: bool,
    /// The methods that the server knows for it; none: any.
    pub methods: &'static [&'static str],
}

const fn exactly(path: &'static str, methods: &'static [&'static str]) -> Route {
    Route { path, exact: true, methods }
}

/// Answers, and the list of models; nothing that pulls, pushes, creates or deletes. Source: ollama v0.32.15
/// `server/routes.go`.
const INFERENCE: &[Route] = &[
    exactly("/api/chat", &["POST"]),
    exactly("/api/generate", &["POST"]),
    exactly("/api/embed", &["POST"]),
    exactly("/api/embeddings", &["POST"]),
    exactly("/api/tags", &["GET"]),
    exactly("/api/version", &["GET"]),
    Route { path: "/v1", exact: false, methods: &["POST", "GET"] },
];
const ALL: &[Route] = &[Route { path: "/", exact: false, methods: &[] }];

/// What a profile lets in.
pub(super) fn of(paths: Paths) -> &'static [Route] {
    match paths {
        Paths::Inference => INFERENCE,
        Paths::All => ALL,
    }
}
