//! `chart-repository-page`: charts are sought at a page of GitHub.

use super::{Findings, Rule, Severity, Versions};
use crate::scope::{Item, Scope, is_variable};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "chart-repository-page",
    severity: Severity::Error,
    summary: "charts are sought at a page of GitHub",
    versions: Versions::All,
    docs: include_str!("chart_repository_page.md"),
    check,
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let installs = scope.installs().into_iter().filter(|install| scope.concerns_ollama(install.item));
    let mut repositories: Vec<(Item<'_>, &Node)> = installs.map(|install| (install.from, install.repository)).collect();
    let alone =
        scope.custom("HelmRepository", "source.toolkit.fluxcd.io/").filter(|(item, _)| scope.concerns_ollama(*item));
    repositories.extend(alone.filter_map(|(item, _)| Some((item, item.at(&["spec", "url"])?))));
    repositories.sort_by_key(|(_, node)| (node.origin.source.0, node.origin.start));
    repositories.dedup_by_key(|(_, node)| node.origin);
    for (item, node) in repositories {
        let Some((url, (owner, name))) = node.text().and_then(|url| Some((url, page(url)?))) else { continue };
        let message = format!("`{url}` is a page for people: there is no index.yaml with charts below it");
        let help = match owner {
            "otwld" => "write https://helm.otwld.com/".to_owned(),
            _ if item.object.kind() == "Application" => format!(
                "write path in place of chart for a folder of that repository; or where its charts are: often \
                 https://{owner}.github.io/{name}"
            ),
            _ => format!("write where its charts are: often https://{owner}.github.io/{name}"),
        };
        findings.add_at(Some(item), node.origin, message, help);
    }
}

/// The owner and the name of a repository whose page is at this address.
fn page(url: &str) -> Option<(&str, &str)> {
    let path = ["https://github.com/", "http://github.com/", "https://www.github.com/"];
    let path = path.iter().find_map(|host| url.strip_prefix(host)).filter(|path| !is_variable(path))?;
    let mut parts = path.trim_end_matches('/').split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let is_page = parts.next().is_none_or(|next| matches!(next, "tree" | "blob"));
    is_page.then_some((owner, name.strip_suffix(".git").unwrap_or(name)))
}
