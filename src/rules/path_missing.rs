//! `path-missing`: a folder that is to be applied is not there.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Scope, argo_sources, closest};
use crate::tree::plain_path;

pub(super) const RULE: Rule = Rule {
    id: "path-missing",
    severity: Severity::Warning,
    summary: "a folder that is to be applied is not there",
    versions: Versions::All,
    docs: include_str!("path_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let folders = scope.folders();
    let flux = scope.custom("Kustomization", "kustomize.toolkit.fluxcd.io/");
    let flux = flux.filter_map(|(item, _)| Some((item, item.at(&["spec", "path"])?, "spec.path".to_owned())));
    let argo = scope.custom("Application", "argoproj.io/").flat_map(|(item, _)| {
        argo_sources(item).filter_map(move |(way, source)| Some((item, source.get("path")?, format!("{way}.path"))))
    });
    for (item, node, way) in flux.chain(argo) {
        let Some(path) = node.text().filter(|path| !path.contains(['$', '{', '*'])) else { continue };
        let path = plain_path(path.trim_start_matches(['.', '/']));
        let is_it = |folder: &&str| tail(folder, depth(&path)) == path;
        if path.is_empty() || folders.iter().any(is_it) || !scope.concerns_ollama(item) {
            continue;
        }
        let Some(meant) = meant(&folders, &path) else { continue };
        let message = format!("there is no folder `{path}`: nothing is applied");
        findings.add(
            item,
            way,
            message,
            format!(
                "write path: {}{meant}",
                if node.text().is_some_and(|text| text.starts_with("./")) { "./" } else { "" }
            ),
        );
    }
}

/// How many folders a path names.
fn depth(path: &str) -> usize {
    path.matches('/').count() + 1
}

/// The last parts of a path.
fn tail(path: &str, parts: usize) -> &str {
    path.rmatch_indices('/').nth(parts - 1).map_or(path, |(at, _)| &path[at + 1..])
}

/// The folder that is meant: one of almost that path.
fn meant<'a>(folders: &[&'a str], path: &str) -> Option<&'a str> {
    let same = folders.iter().filter(|folder| depth(folder) >= depth(path)).map(|folder| tail(folder, depth(path)));
    closest(path, same, if path.len() < 8 { 1 } else { 2 })
}
