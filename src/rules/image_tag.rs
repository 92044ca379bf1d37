//! `image-tag`: the image changes without anybody changing the manifest.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "image-tag",
    severity: Severity::Warning,
    summary: "the image changes without anybody changing the manifest",
    versions: Versions::All,
    docs: include_str!("image_tag.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let set = set_elsewhere(scope);
    for workload in scope.workloads() {
        for seat in workload.seats.iter().filter(|seat| seat.image().is_ollama()) {
            let image = seat.image();
            let is_moving = image.tag.is_none_or(|tag| matches!(tag, "latest" | "rocm" | "main" | "nightly"));
            let policy = seat.container.image_pull_policy.as_deref();
            let is_local = policy == Some("Never");
            if !is_moving
                || is_local
                || image.digest.is_some()
                || crate::scope::is_unknown(image.repository)
                || set.contains(&image.repository)
            {
                continue;
            }
            let tag = image.tag.unwrap_or("latest");
            let suffix = if tag == "rocm" { "-rocm" } else { "" };
            let moves = image.tag.map_or("no tag means `latest`, which moves".into(), |tag| format!("`{tag}` moves"));
            let change = match policy {
                None if tag == "latest" => "a restart may bring another release",
                Some("Always") => "a restart may bring another release",
                _ => "each node may run another release",
            };
            findings.add(
                workload.item,
                format!("{}.image", seat.path),
                format!("{moves}: {change}"),
                if image.is_official() {
                    format!("set image: {}:{}{suffix}", image.repository, crate::facts::OLLAMA_VERSION)
                } else {
                    format!("set image: {}, with the tag of a release or a digest", image.repository)
                },
            );
        }
    }
}

/// The images whose tags are set by a kustomization among the manifests.
fn set_elsewhere<'a>(scope: &Scope<'a>) -> Vec<&'a str> {
    let objects = scope.custom("Kustomization", "kustomize.config.k8s.io/").map(|(_, tree)| tree);
    let images = objects.chain(scope.others).filter_map(|tree| tree.get("images")).flat_map(Node::items);
    let set = images.filter(|image| image.get("newTag").is_some() || image.get("digest").is_some());
    set.filter_map(|image| image.get("name").and_then(Node::text)).collect()
}
