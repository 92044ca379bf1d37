//! `image-unknown`: an image that is called nearly like that of Ollama.

use std::collections::BTreeSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Image, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "image-unknown",
    severity: Severity::Error,
    summary: "an image that is called nearly like that of Ollama",
    versions: Versions::All,
    docs: include_str!("image_unknown.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let changed: BTreeSet<&str> = scope
        .kustomizations()
        .filter_map(|node| node.get("images"))
        .flat_map(Node::items)
        .filter_map(|image| image.get("name").and_then(Node::text))
        .collect();
    for workload in scope.all_workloads() {
        for seat in &workload.seats {
            let image = seat.image();
            let is_local = seat.container.image_pull_policy.as_deref() == Some("Never");
            if is_local || changed.contains(image.repository) {
                continue;
            }
            let Some(message) = fault(image) else { continue };
            findings.add(workload.item, format!("{}.image", seat.path), message, "name the repository ollama/ollama");
        }
    }
}

/// What is wrong with an image of Docker Hub that is meant to be Ollama's.
fn fault(image: Image<'_>) -> Option<String> {
    let name = image.repository;
    let name = ["docker.io/", "index.docker.io/"].iter().find_map(|host| name.strip_prefix(host)).unwrap_or(name);
    if matches!(name, "ollama" | "library/ollama") {
        let release = image.tag.is_none_or(|tag| {
            tag == "latest" || tag.split('.').count() == 3 && tag.starts_with(|c: char| c.is_ascii_digit())
        });
        return (release && image.digest.is_none())
            .then(|| "Docker Hub has no image `ollama` of its own: it cannot be pulled".to_owned());
    }
    let (owner, own) = name.split_once('/')?;
    let is_near = |text: &str| strsim::osa_distance(text, "ollama") <= 1;
    let is_slip = (owner, own) != ("ollama", "ollama") && is_near(owner) && is_near(own);
    is_slip.then(|| format!("`{name}` is not Ollama's image, which is `ollama/ollama`"))
}
