//! `image-tag`: the image changes without anybody changing the manifest.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Image, Scope};
use crate::tree::{Node, Origin};

pub(super) const RULE: Rule = Rule {
    id: "image-tag",
    severity: Severity::Warning,
    summary: "the image changes without anybody changing the manifest",
    versions: Versions::All,
    docs: include_str!("image_tag.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let set: Vec<_> = scope.set_images().filter(|set| scope.concerns_ollama(set.item)).collect();
    let place = |at: Origin| (at.source.0, at.start);
    let places: HashSet<_> = set.iter().map(|set| place(set.at)).collect();
    let replaced = set_elsewhere(scope);
    for workload in scope.workloads() {
        for seat in workload.seats.iter().filter(|seat| seat.image().is_ollama()) {
            let image = seat.image();
            let path = format!("{}.image", seat.path);
            let is_set = workload.item.written(&path).is_some_and(|node| places.contains(&place(node.origin)));
            let policy = seat.container.image_pull_policy.as_deref();
            if policy == Some("Never")
                || crate::scope::is_unknown(image.repository)
                || replaced.contains(&image.repository)
                || is_set
            {
                continue;
            }
            let Some((message, help)) = judge(image, policy) else { continue };
            findings.add(workload.item, path, message, help);
        }
    }
    for set in set.iter().filter(|set| set.image.is_ollama()) {
        if let Some((message, _)) = judge(set.image, None) {
            let suffix = if set.image.tag == Some("rocm") { "-rocm" } else { "" };
            let help = format!("set newTag: {}{suffix}", crate::facts::OLLAMA_VERSION);
            let help = if set.image.is_official() { help } else { "set newTag to a release, or a digest".to_owned() };
            findings.add_at(Some(set.item), set.at, message, help);
        }
    }
}

/// What is wrong with a tag that moves, and what to write instead.
fn judge(image: Image<'_>, policy: Option<&str>) -> Option<(String, String)> {
    let is_moving = image.tag.is_none_or(|tag| matches!(tag, "latest" | "rocm" | "main" | "nightly"));
    if !is_moving || image.digest.is_some() {
        return None;
    }
    let tag = image.tag.unwrap_or("latest");
    let suffix = if tag == "rocm" { "-rocm" } else { "" };
    let moves = image.tag.map_or("no tag means `latest`, which moves".into(), |tag| format!("`{tag}` moves"));
    let change = match policy {
        None if tag == "latest" => "a restart may bring another release",
        Some("Always") => "a restart may bring another release",
        _ => "each node may run another release",
    };
    let help = if image.is_official() {
        format!("set image: {}:{}{suffix}", image.repository, crate::facts::OLLAMA_VERSION)
    } else {
        format!("set image: {}, with the tag of a release or a digest", image.repository)
    };
    Some((format!("{moves}: {change}"), help))
}

/// The images whose tags are set by a kustomization among the manifests: where it was not clear by which of several,
/// they still stand where they were written.
fn set_elsewhere<'a>(scope: &Scope<'a>) -> Vec<&'a str> {
    let objects = scope.custom("Kustomization", "kustomize.config.k8s.io/").map(|(_, tree)| tree);
    let images = objects.chain(scope.others).filter_map(|tree| tree.get("images")).flat_map(Node::items);
    let set = images.filter(|image| image.get("newTag").is_some() || image.get("digest").is_some());
    set.filter_map(|image| image.get("name").and_then(Node::text)).collect()
}
