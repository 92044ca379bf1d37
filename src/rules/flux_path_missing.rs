//! `flux-path-missing`: a Kustomization of Flux applies a folder that is not there.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::{Node, plain_path};

pub(super) const RULE: Rule = Rule {
    id: "flux-path-missing",
    severity: Severity::Warning,
    summary: "a Kustomization of Flux applies a folder that is not there",
    versions: Versions::All,
    docs: include_str!("flux_path_missing.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let folders = scope.folders();
    for (item, _) in scope.custom("Kustomization", "kustomize.toolkit.fluxcd.io/") {
        let Some(path) = item.at(&["spec", "path"]).and_then(Node::text).filter(|path| !path.contains(['$', '{']))
        else {
            continue;
        };
        let path = plain_path(path.trim_start_matches("./"));
        let own = scope.folder_of(item);
        let is_it = |folder: &&str| {
            **folder == path || folder.strip_suffix(path.as_str()).is_some_and(|above| above.ends_with('/'))
        };
        if path.is_empty() || folders.iter().any(is_it) || !scope.concerns_ollama(item) {
            continue;
        }
        // What is meant is the folder that it stands in, or one in it, of the same name at its end.
        let last = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
        let is_meant = |folder: &&&str| {
            let inside =
                folder.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || own.is_empty());
            inside
                && !folder.is_empty()
                && last(folder) == last(&path)
                && folder.matches('/').count() >= path.matches('/').count()
        };
        let mut near = folders.iter().filter(is_meant);
        let Some(meant) = near.next().filter(|_| near.next().is_none()) else { continue };
        let depth = path.matches('/').count() + 1;
        let parts: Vec<&str> = meant.split('/').collect();
        let meant = parts[parts.len().saturating_sub(depth)..].join("/");
        let message = format!("there is no folder `{path}`: Flux applies nothing");
        findings.add(item, "spec.path", message, format!("write path: ./{meant}"));
    }
}
