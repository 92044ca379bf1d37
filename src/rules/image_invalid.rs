//! `image-invalid`: an image name that no registry takes.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{About, Scope, is_variable};

pub(super) const RULE: Rule = Rule {
    id: "image-invalid",
    severity: Severity::Error,
    summary: "an image name that no registry takes",
    versions: Versions::All,
    docs: include_str!("image_invalid.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for workload in scope.all_workloads() {
        for seat in &workload.seats {
            let text = seat.container.image.as_deref().unwrap_or_default();
            if workload.about == About::Other && !text.to_ascii_lowercase().contains("ollama") {
                continue;
            }
            let image = seat.image();
            if text.is_empty() || is_filled_in(text) {
                continue;
            }
            let (message, help) = if text.contains("://") {
                ("an image has no `://` in its name", "write the name as `docker pull` takes it: ollama/ollama")
            } else if text.contains(char::is_whitespace) {
                ("an image has no space in its name", "write it without spaces")
            } else if image
                .repository
                .rsplit('/')
                .next()
                .is_some_and(|name| name.contains(|c: char| c.is_ascii_uppercase()))
            {
                ("the name of an image has small letters only", "write it in small letters")
            } else if image.digest.is_some_and(|digest| !is_digest(digest)) {
                ("the digest behind the @ is not sha256: and 64 digits of 0-9 and a-f", "copy the whole digest")
            } else if image.tag == Some("") {
                ("nothing stands behind the colon of the image", "write a tag behind it, or leave it out")
            } else {
                continue;
            };
            let message = format!("{message}: the pod never starts (InvalidImageName)");
            findings.add(workload.item, format!("{}.image", seat.path), message, help);
        }
    }
}

fn is_digest(digest: &str) -> bool {
    let hex = digest.strip_prefix("sha256:");
    hex.is_none_or(|hex| hex.len() == 64 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

/// Whether another tool writes the image, or a part of it, before the cluster sees it.
fn is_filled_in(text: &str) -> bool {
    let is_mark = text.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c == '-');
    let (name, digest) = text.split_once('@').unwrap_or((text, ""));
    is_mark
        || text.starts_with("ko://")
        || text.contains("[[")
        || text.contains("__")
        || is_variable(name)
        || is_variable(digest)
}
