//! `flux-subst-script`: Flux takes the variables out of a script.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope, Workload};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "flux-subst-script",
    severity: Severity::Error,
    summary: "Flux takes the variables out of a script",
    versions: Versions::All,
    docs: include_str!("flux_subst_script.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, node) in scope.custom("Kustomization", "kustomize.toolkit.fluxcd.io/") {
        let Some(build) = node.get("spec").and_then(|spec| spec.get("postBuild")) else { continue };
        let Some(path) = item.at(&["spec", "path"]).and_then(Node::text) else { continue };
        let replaces = build.get("substitute").is_some() || build.get("substituteFrom").is_some();
        for workload in scope.workloads().filter(|workload| replaces && is_below(scope, item, workload, path)) {
            if let Some((at, name)) = lost(workload, build.get("substitute")) {
                findings
                    .add(
                        workload.item,
                        at,
                        format!("Flux puts nothing in the place of `${{{name}}}`, which the script sets itself"),
                        format!("write `${name}`, or `$${{{name}}}`, or the annotation kustomize.toolkit.fluxcd.io/substitute: disabled"),
                    )
                    .also(item, "spec.postBuild", "variables are replaced here");
            }
        }
    }
}

/// Whether the text of a workload is in the folder that a Kustomization applies, as far as the folder's name says.
fn is_below(scope: &Scope<'_>, from: Item<'_>, workload: &Workload<'_>, path: &str) -> bool {
    let path = path.trim_start_matches("./").trim_matches('/');
    let folder = scope.folder_of(workload.item);
    let is_disabled = |item: Item<'_>| item.annotation("kustomize.toolkit.fluxcd.io/substitute") == Some("disabled");
    let exact = folder == path || folder.ends_with(&format!("/{path}")) || folder.contains(&format!("/{path}/"));
    let is_near = exact || folder.is_empty() && workload.item.is_beside(from);
    !path.is_empty() && path != "." && is_near && !is_disabled(workload.item)
}

/// A variable in a script that is set there, and that nobody gives to Flux.
fn lost<'a>(workload: &'a Workload<'_>, given: Option<&Node>) -> Option<(String, &'a str)> {
    workload.seats.iter().find_map(|seat| {
        let words = [("command", &seat.container.command), ("args", &seat.container.args)];
        let words =
            words.into_iter().flat_map(|(key, words)| words.iter().flatten().enumerate().map(move |word| (key, word)));
        words.into_iter().find_map(|(key, (number, text))| {
            let name =
                braced(text).find(|name| sets(text, name) && given.is_none_or(|given| given.get(name).is_none()))?;
            Some((format!("{}.{key}[{number}]", seat.path), name))
        })
    })
}

/// The names in `${…}`, without those that Flux is told to leave.
fn braced(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("${").filter_map(|(at, mark)| {
        let rest = &text[at + mark.len()..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let is_kept = text[..at].ends_with('$');
        (end > 0 && !is_kept && rest[end..].starts_with('}')).then(|| &rest[..end])
    })
}

/// Whether a script gives a variable its value.
fn sets(script: &str, name: &str) -> bool {
    let starts = |part: &str| {
        let part = part.trim_start();
        part.strip_prefix(name).is_some_and(|rest| rest.starts_with('='))
            || ["for ", "read ", "read -r ", "export ", "local "].iter().any(|word| {
                let rest = part.strip_prefix(word).and_then(|rest| rest.trim_start().strip_prefix(name));
                rest.is_some_and(|rest| rest.starts_with([' ', '=', ';', '\n']) || rest.is_empty())
            })
    };
    script.split(['\n', ';', '&', '|']).any(starts)
}
