//! `argo-chart`: Argo CD cannot get a chart, or its values.

use super::{Findings, Rule, Severity, Versions};
use crate::facts::{CHART_NAME, CHART_VERSION};
use crate::scope::{Item, Scope, argo_sources, is_slip};
use crate::tree::Node;

pub(super) const RULE: Rule = Rule {
    id: "argo-chart",
    severity: Severity::Error,
    summary: "Argo CD cannot get a chart, or its values",
    versions: Versions::All,
    docs: include_str!("argo_chart.md"),
    check,
};

/// One of the sources of an Application.
struct Source<'a> {
    item: Item<'a>,
    way: String,
    node: &'a Node,
    /// Whether it stands among others, which may have the values.
    is_listed: bool,
}

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    let charts: Vec<String> = scope.installs().iter().filter_map(|one| Some(plain(one.repository.text()?))).collect();
    for (item, _) in scope.custom("Application", "argoproj.io/").filter(|(item, _)| scope.concerns_ollama(*item)) {
        if scope.may_be_patch(item) {
            continue;
        }
        let source = |(way, node): (String, _)| Source { item, is_listed: way != "spec.source", way, node };
        let mut sources: Vec<Source<'_>> = argo_sources(item).map(source).collect();
        // Beside others a single one is passed over.
        if sources.iter().any(|source| source.is_listed) {
            sources.retain(|source| source.is_listed);
        }
        let listed = sources.iter().filter(|source| source.is_listed);
        let refs: Vec<&str> = listed.filter_map(|source| source.node.get("ref")?.text()).collect();
        let files = || sources.iter().flat_map(files);
        let unused = |name: &&&str| files().all(|(_, file)| referred(file) != Some(**name));
        let unused: Vec<&str> = refs.iter().filter(unused).copied().collect();
        for source in &sources {
            path(source, &charts, findings);
            revision(source, findings);
            for (way, file) in self::files(source) {
                values(source, &way, file, &refs, &unused, findings);
            }
        }
    }
}

impl Source<'_> {
    fn word(&self, key: &str) -> Option<&str> {
        self.node.get(key).and_then(Node::text).filter(|text| !text.is_empty())
    }

    fn is_ours(&self) -> bool {
        self.word("chart") == Some(CHART_NAME) && self.word("repoURL").is_some_and(is_otwld)
    }
}

/// An address as two are compared.
fn plain(url: &str) -> String {
    url.trim_end_matches('/').to_lowercase()
}

fn is_otwld(url: &str) -> bool {
    let url = plain(url);
    ["helm.otwld.com", "otwld.github.io/ollama-helm"].iter().any(|known| url.ends_with(&format!("//{known}")))
}

/// A folder of a repository that has charts.
fn path(source: &Source<'_>, charts: &[String], findings: &mut Findings) {
    let (Some(path), None, Some(url)) = (source.word("path"), source.word("chart"), source.word("repoURL")) else {
        return;
    };
    let may_be_git = url.strip_suffix(".git").is_some()
        || ["//github.com/", "//gitlab.com/", "oci:"].iter().any(|of| url.contains(of));
    if is_otwld(url) || !may_be_git && charts.contains(&plain(url)) {
        let message = format!("`{url}` is a repository of charts: Argo CD cannot clone it to find a path");
        let chart = if is_otwld(url) { CHART_NAME } else { path };
        findings.add(
            source.item,
            format!("{}.path", source.way),
            message,
            format!("write chart: {chart} in place of path"),
        );
    }
}

/// A branch where a chart has versions.
fn revision(source: &Source<'_>, findings: &mut Findings) {
    let (Some(chart), Some(revision)) = (source.word("chart"), source.word("targetRevision")) else { return };
    // In a registry a tag may be any word.
    let is_index = source.word("repoURL").is_some_and(|url| url.starts_with("http"));
    let is_word = revision.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '/'));
    if is_index && is_word && !matches!(revision, "x" | "X" | "vx" | "vX") {
        let message = format!("`{revision}` is no version of a chart: Argo CD finds none");
        let help = match chart {
            CHART_NAME => format!("write a version, such as {CHART_VERSION}, or a range"),
            _ => "write a version, or a range: \"1.*\"".to_owned(),
        };
        findings.add(source.item, format!("{}.targetRevision", source.way), message, help);
    }
}

/// The files that the values of a source come from, each with its way.
fn files<'s>(source: &'s Source<'_>) -> impl Iterator<Item = (String, &'s str)> {
    let list = |key: &str| source.node.get("helm").and_then(|helm| helm.get(key)).map_or(&[][..], Node::items);
    let values = list("valueFiles").iter().enumerate().map(|(at, file)| (format!("valueFiles[{at}]"), Some(file)));
    let parameters = list("fileParameters").iter().enumerate();
    let parameters = parameters.map(|(at, of)| (format!("fileParameters[{at}].path"), of.get("path")));
    let files = values.chain(parameters);
    files.filter_map(|(way, file)| Some((format!("{}.helm.{way}", source.way), file?.text()?)))
}

/// The source that a file is of: `$values/ollama.yaml` of `values`. Argo CD fills in some variables itself.
fn referred(file: &str) -> Option<&str> {
    let name = file.strip_prefix('$')?.split('/').next()?;
    let is_variable = name.starts_with("ARGOCD_") || name.starts_with("KUBE_") || name.contains(['{', '(']);
    (!is_variable && !name.is_empty()).then_some(name)
}

/// A file of another source that is not called so.
fn values(source: &Source<'_>, way: &str, file: &str, refs: &[&str], unused: &[&str], findings: &mut Findings) {
    let rest = file.split_once('/').map_or("", |(_, rest)| rest);
    if let Some(name) = referred(file).filter(|name| !refs.contains(name)) {
        // Of a single source out of Git the variable is empty, and the rest a path in it.
        if !source.is_listed && source.word("chart").is_none() {
            return;
        }
        let near = refs.iter().find(|known| is_slip(known, name)).or(match refs {
            [only] => Some(only),
            _ => None,
        });
        let message = format!("no source has ref: {name}, so that `{file}` is in none of them");
        let help = match near {
            Some(near) => format!("write ${near}/{rest}, or ref: {name} in that source"),
            None if source.is_listed => format!("add ref: {name} to the source whose repository has the file"),
            None => format!("write sources: with this one and one with the repository of the file and ref: {name}"),
        };
        findings.add(source.item, way, message, help);
    } else if let Some((name, _)) = file.split_once('/').filter(|(name, _)| refs.contains(name)) {
        // A chart has files of its own, but hardly a folder called as a source that nothing else reads.
        if source.is_ours() || source.word("chart").is_some() && unused.contains(&name) {
            let message = format!("`{file}` is sought in the chart, not in the source with ref: {name}");
            findings.add(source.item, way, message, format!("write ${file}"));
        }
    }
}
