//! Which charts do the manifests install, and from which repositories?

use super::{Item, Scope};
use crate::tree::Node;

/// A chart that is installed.
#[derive(Clone, Copy, Debug)]
pub struct Install<'a> {
    /// The object that asks for it.
    pub item: Item<'a>,
    /// The name of the chart, where it is written.
    pub chart: &'a Node,
    /// The address of the repository, where it is written.
    pub repository: &'a Node,
    /// The object that has the address.
    pub from: Item<'a>,
}

impl<'a> Scope<'a> {
    /// The charts that releases of Flux, Argo CD, K3s and kustomize ask for, where they and their repositories are
    /// among the manifests.
    pub fn installs(&self) -> Vec<Install<'a>> {
        let mut found = Vec::new();
        for (item, _) in self.custom("HelmRelease", "helm.toolkit.fluxcd.io/") {
            let at = |key| item.at(&["spec", "chart", "spec", key]);
            let source =
                at("sourceRef").filter(|source| source.get("kind").and_then(Node::text) == Some("HelmRepository"));
            let named = source.and_then(|source| source.get("name")?.text());
            let all = named.into_iter().flat_map(|name| self.of_name("HelmRepository", name));
            let mut all = all.filter_map(|from| Some((from, from.at(&["spec", "url"])?)));
            let Some(((from, repository), chart)) = all.next().zip(at("chart")) else { continue };
            // Of several it is only clear what all of them say.
            if all.all(|(_, other)| other.text() == repository.text()) {
                found.push(Install { item, chart, repository, from });
            }
        }
        let mut add = |item: Item<'a>, from: &'a Node, keys: (&str, &str)| {
            let Some((chart, repository)) = from.get(keys.0).zip(from.get(keys.1)) else { return };
            // Without the name of a chart it is a source of Git.
            if !chart.is_null() && chart.text() != Some("") {
                found.push(Install { item, chart, repository, from: item });
            }
        };
        for (item, _) in self.custom("Application", "argoproj.io/") {
            for (_, source) in argo_sources(item) {
                add(item, source, ("chart", "repoURL"));
            }
        }
        for (item, node) in self.custom("HelmChart", "helm.cattle.io/") {
            if let Some(spec) = node.get("spec") {
                add(item, spec, ("chart", "repo"));
            }
        }
        for (item, node) in self.custom("Kustomization", "kustomize.config.k8s.io/") {
            for release in node.get("helmCharts").map_or(&[][..], Node::items) {
                add(item, release, ("name", "repo"));
            }
        }
        found
    }
}

/// The sources of an `Application`, with the ways to them.
pub fn argo_sources(item: Item<'_>) -> impl Iterator<Item = (String, &Node)> {
    let listed = item.at(&["spec", "sources"]).map_or(&[][..], Node::items).iter().enumerate();
    let listed = listed.map(|(at, source)| (format!("spec.sources[{at}]"), source));
    item.at(&["spec", "source"]).map(|source| ("spec.source".to_owned(), source)).into_iter().chain(listed)
}

/// What a `HelmRelease` names as the source of its chart, in a namespace that it names as well.
#[derive(Clone, Copy, Debug)]
pub struct SourceRef<'a> {
    /// The way to it.
    pub way: &'static str,
    /// The kind of the source.
    pub kind: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its namespace.
    pub namespace: &'a str,
}

/// The sources that a `HelmRelease` names with their namespaces.
pub fn source_refs(item: Item<'_>) -> impl Iterator<Item = SourceRef<'_>> {
    let ways = [
        ("spec.chart.spec.sourceRef", &["spec", "chart", "spec", "sourceRef"][..]),
        ("spec.chartRef", &["spec", "chartRef"]),
    ];
    ways.into_iter().filter_map(move |(way, keys)| {
        let source = item.at(keys)?;
        let text = |key: &str| source.get(key).and_then(Node::text);
        Some(SourceRef { way, kind: text("kind")?, name: text("name")?, namespace: text("namespace")? })
    })
}
