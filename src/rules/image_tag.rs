//! `image-tag`: the tag of the image moves, or is none of Ollama's.

use std::collections::HashSet;

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Image, Scope};
use crate::tree::{Node, Origin};

pub(super) const RULE: Rule = Rule {
    id: "image-tag",
    severity: Severity::Warning,
    summary: "the tag of the image moves, or is none of Ollama's",
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
            let is_set = !places.is_empty()
                && workload.item.written(&path).is_some_and(|node| places.contains(&place(node.origin)));
            let policy = seat.container.image_pull_policy.as_deref();
            if policy == Some("Never")
                || crate::scope::is_unknown(image.repository)
                || replaced.contains(&image.repository)
                || is_set
            {
                continue;
            }
            let wrong =
                unknown(image).map(|(message, tag)| (message, format!("set image: {}:{tag}", image.repository)));
            let Some((message, help)) = wrong.or_else(|| judge(image, policy)) else { continue };
            findings.add(workload.item, path, message, help);
        }
    }
    for set in set.iter().filter(|set| set.image.is_ollama()) {
        if let Some((message, tag)) = unknown(set.image) {
            findings.add_at(Some(set.item), set.at, message, format!("set newTag: {tag}"));
        } else if let Some((message, _)) = judge(set.image, None) {
            let suffix = if set.image.tag == Some("rocm") { "-rocm" } else { "" };
            let help = format!("set newTag: {}{suffix}", crate::facts::OLLAMA_VERSION);
            let help = if set.image.is_official() { help } else { "set newTag to a release, or a digest".to_owned() };
            findings.add_at(Some(set.item), set.at, message, help);
        }
    }
}

/// What is wrong with a tag that Ollama's own image never had, and the tag to write instead.
fn unknown(image: Image<'_>) -> Option<(String, String)> {
    let tag = image.tag.filter(|_| image.digest.is_none() && image.is_official())?;
    let release =
        tag.strip_prefix('v').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains('.'));
    if let Some(release) = release {
        return Some((format!("`{tag}` is no tag of Ollama's image: its releases have no v"), release.to_owned()));
    }
    let is_release = tag.starts_with(|c: char| c.is_ascii_digit());
    if !is_release
        && !crate::scope::is_unknown(tag)
        && ["gpu", "cuda", "cpu", "nvidia", "amd", "alpine", "slim"].iter().any(|word| tag.contains(word))
    {
        let message = format!("`{tag}` is no tag of Ollama's image: one image has CUDA and the CPU in it");
        return Some((message, crate::facts::OLLAMA_VERSION.to_string()));
    }
    let is_slip = tag != "latest" && tag.len() > 4 && strsim::osa_distance(&tag.to_ascii_lowercase(), "latest") <= 1;
    is_slip.then(|| {
        let message = format!("`{tag}` is no tag of Ollama's image, and `latest` moves");
        (message, crate::facts::OLLAMA_VERSION.to_string())
    })
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
