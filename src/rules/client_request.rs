//! `client-request`: a request that Ollama refuses whatever is installed.

use k8s_openapi::serde_json::{self, Value};

use super::route_unknown_path::is_served;
use super::{Findings, Rule, Severity, Versions};
use crate::scope::shell::Simple;
use crate::scope::{Program, Scope, Shell};

pub(super) const RULE: Rule = Rule {
    id: "client-request",
    severity: Severity::Error,
    summary: "a request that Ollama refuses whatever is installed",
    versions: Versions::All,
    docs: include_str!("client_request.md"),
    check,
};

/// Paths that take a body with the name of a model. Source: ollama v0.34.2 `server/routes.go`.
const WITH_MODEL: [&str; 6] = ["/api/chat", "/api/embed", "/api/embeddings", "/api/generate", "/api/pull", "/api/show"];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for ran in scope.programs() {
        for statement in ran.program.script.statements() {
            let simple = statement.simple;
            if !(simple.runs("curl") || simple.runs("wget")) {
                continue;
            }
            let Some(path) = simple.words.iter().find_map(|word| path(&word.text)) else { continue };
            if let Some((message, help)) = unknown(path).or_else(|| body(ran.program, simple, path)) {
                findings.add_in(ran.program, simple, message, help);
            }
        }
    }
}

/// The path of an address below `/api`, where it is written as it is.
fn path(word: &str) -> Option<&str> {
    let rest = word.split_once("://").map_or(word, |(_, rest)| rest);
    let is_of_ollama =
        word.contains("://") || word.contains(":11434") || word.starts_with('$') && word.contains("OLLAMA");
    let at = rest.find("/api/").or_else(|| rest.find("/v1/"));
    let bare = || rest.find(":11434/").map(|at| at + ":11434".len());
    let path = &rest[at.or_else(bare).filter(|_| is_of_ollama)?..];
    let path = path.split(['?', '#']).next()?;
    let parts = path.matches('/').count();
    (!path.contains(['$', '{', '<']) && (parts == 2 || parts == 1 && path.len() > 1)).then_some(path)
}

/// A path that is spelt nearly like one of the server.
fn unknown(path: &str) -> Option<(String, String)> {
    let known = WITH_MODEL.iter().chain(&["/api/tags", "/api/ps", "/api/version", "/api/create"]);
    // What is at home under /api, asked for under /v1, where only the embeddings have the same name.
    let moved = path.strip_prefix("/v1/").filter(|name| *name != "embeddings");
    let moved = moved.or_else(|| path.strip_prefix('/').filter(|name| !name.contains('/')));
    let moved = moved.and_then(|name| known.clone().find(|known| known.strip_prefix("/api/") == Some(name)));
    let near = known.copied().find(|known| strsim::osa_distance(known, path) == 1 && !is_served(path, true));
    let near = moved.copied().or(near)?;
    Some((format!("Ollama answers {path} with 404"), format!("write {near}")))
}

/// What is wrong with the body of a request.
fn body(program: &Program<'_>, simple: &Simple, path: &str) -> Option<(String, String)> {
    if !WITH_MODEL.contains(&path) || program.shell == Shell::None {
        return None;
    }
    let flags = ["-d", "--data", "--data-raw", "--data-binary", "--json", "--post-data"];
    let words = &simple.words;
    let text = words.iter().enumerate().find_map(|(at, word)| {
        let next = words.get(at + 1).filter(|_| flags.contains(&word.text.as_str()));
        let next = next.map(|word| (word.text.as_str(), word.keeps_dollar));
        next.or_else(|| Some((word.text.strip_prefix("--post-data=")?, word.keeps_dollar)))
    })?;
    let (text, keeps_dollar) = text;
    if let Some(name) = named_literally(text).filter(|_| keeps_dollar) {
        let message =
            format!("the shell leaves `{name}` in single quotes as it is: Ollama is asked for a model of that name");
        let help = "write the body in double quotes: \"{\\\"model\\\": \\\"$MODEL\\\"}\"";
        return Some((message, help.to_owned()));
    }
    if text.contains(['$', '`', '<']) || !text.trim_start().starts_with('{') {
        return None;
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        let help = "write it as in '{\"model\": \"llama3.2:3b\"}': double quotes around names and texts";
        return Some((format!("the body of the request is no JSON: Ollama answers {path} with 400"), help.to_owned()));
    };
    let has = |key: &str| value.get(key).is_some_and(Value::is_string);
    let help = "name it: {\"model\": \"llama3.2:3b\"}".to_owned();
    (!has("model") && !has("name"))
        .then(|| (format!("the request names no model: Ollama answers {path} with an error"), help))
}

/// The model that a body names by a variable which nobody fills in.
fn named_literally(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let name = value.get("model").or_else(|| value.get("name"))?.as_str()?;
    name.starts_with('$').then(|| name.to_owned())
}
