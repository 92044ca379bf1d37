//! `kustomize-image-unused`: a kustomization sets an image that has another name.

use super::{Findings, Rule, Severity, Versions};
use std::collections::HashSet;

use crate::scope::{Image, Scope};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "kustomize-image-unused",
    severity: Severity::Warning,
    summary: "a kustomization sets an image that has another name",
    versions: Versions::All,
    docs: include_str!("kustomize_image_unused.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let kustomizations = scope.custom("Kustomization", "kustomize.config.k8s.io/");
    let all = kustomizations.chain(scope.custom("Component", "kustomize.config.k8s.io/"));
    for (item, tree) in all {
        let texts = scope.reached.iter().filter(|(by, _)| *by == tree.origin.source).flat_map(|(_, texts)| texts);
        let texts: HashSet<u32> = texts.map(|text| text.0).collect();
        let is_reached = |tree: &Node| texts.contains(&tree.origin.source.0);
        // As they are read, and as they are written: a kustomization may have put one in the place of another.
        let mut used: HashSet<&str> = HashSet::new();
        let mut ours: HashSet<&str> = HashSet::new();
        for workload in scope.all_workloads().iter().filter(|workload| workload.item.tree.is_some_and(is_reached)) {
            for seat in &workload.seats {
                let written = workload.item.written(&format!("{}.image", seat.path)).and_then(Node::text);
                let names = [Some(seat.image()), written.map(Image::of)];
                used.extend(names.into_iter().flatten().map(|image| image.repository));
                ours.extend(written.map(Image::of).filter(|image| image.is_ollama()).map(|image| image.repository));
            }
        }
        for image in tree.get("images").map(Node::items).unwrap_or_default() {
            let Some(name) = image.get("name").filter(|name| name.text().is_some_and(|name| !used.contains(name)))
            else {
                continue;
            };
            let text = name.text().unwrap_or_default();
            // Only what is called alike, where nothing else gives an image this name.
            let mut alike = ours.iter().filter(|one| Image::of(text).is_ollama() && one.ends_with("ollama/ollama"));
            if let (Some(meant), None) = (alike.next(), alike.next())
                && !is_new_name(scope, text)
            {
                let message = format!("no image is called `{text}`: kustomize changes none; the image is `{meant}`");
                findings.add_at(Some(item), name.origin, message, format!("write name: {meant}"));
            }
        }
    }
}

/// Whether a kustomization gives an image this name.
fn is_new_name(scope: &Scope<'_>, name: &str) -> bool {
    let images = scope.kustomizations().filter_map(|tree| tree.get("images")).flat_map(Node::items);
    images.filter_map(|image| image.get("newName").and_then(Node::text)).any(|new| new == name)
}
