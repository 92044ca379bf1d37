//! `argo-sync-option`: Argo CD has no such option for a sync.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::Scope;
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "argo-sync-option",
    severity: Severity::Warning,
    summary: "Argo CD has no such option for a sync",
    versions: Versions::All,
    docs: include_str!("argo_sync_option.md"),
    check,
};

/// Options by their whole texts. Source: Argo CD 3.5.7 controller/sync.go and controller/state.go, `HasOption`.
const OPTIONS: [&str; 8] = [
    "ApplyOutOfSyncOnly=true",
    "CreateNamespace=true",
    "FailOnSharedResource=true",
    "PrunePropagationPolicy=background",
    "PrunePropagationPolicy=foreground",
    "PrunePropagationPolicy=orphan",
    "RespectIgnoreDifferences=true",
    "ServerSideApply=true",
];

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for (item, _) in scope.custom("Application", "argoproj.io/").filter(|(item, _)| scope.concerns_ollama(*item)) {
        let list = item.at(&["spec", "syncPolicy", "syncOptions"]).map(Node::items).unwrap_or_default();
        for (number, text) in list.iter().enumerate().filter_map(|(number, node)| Some((number, node.text()?))) {
            if let Some(meant) = meant(text) {
                let message = format!("Argo CD has no sync option `{text}`: it has no effect");
                let path = format!("spec.syncPolicy.syncOptions[{number}]");
                findings.add(item, path, message, format!("write {meant}"));
            }
        }
    }
}

/// The option that a text is meant to be: it differs in a letter or two, or in case and spaces.
fn meant(text: &str) -> Option<&'static str> {
    let bare = |text: &str| text.to_ascii_lowercase().replace([' ', ':'], "").replace("==", "=");
    let is_off = text.ends_with("=false");
    let near = |option: &&&str| strsim::osa_distance(&bare(text), &bare(option)) <= 2;
    OPTIONS.iter().filter(|_| !is_off && !OPTIONS.contains(&text)).find(near).copied()
}
