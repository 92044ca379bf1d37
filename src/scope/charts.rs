//! Where are values for the Helm chart of Ollama (otwld) given: in releases of Flux, Argo CD and others, or in files?

use std::borrow::Cow;

use super::chart::{Chart, ChartName, Holder};
use super::given::Given;
use super::{Item, Scope, argo_sources};
use crate::facts::CHART_NAME;
use crate::tree::{Node, Origin, Path, Scalar, SourceId, Sources, Style, Value, merge, read_block};

/// All places where values are given, and how many releases of other charts have Ollama in them.
pub(super) fn all<'a>(scope: &Scope<'a>) -> (Vec<Chart<'a>>, usize) {
    let mut given = Vec::new();
    flux(scope, &mut given);
    argo(scope, &mut given);
    others(scope, &mut given);
    let mut charts = Vec::new();
    let mut other = 0;
    // A release that gives some values itself, and has others from elsewhere: it may be from any of the files.
    let is_layered = given.iter().any(|given| given.values.is_some() && !given.is_whole);
    let mut read = Vec::new();
    for mut given in given {
        let says_ollama = || given.item.tree.is_some_and(|tree| scope.says_ollama(tree.origin));
        if given.is_of_another_chart() && !says_ollama() || given.is_app() && !given.runs_ollama() && !says_ollama() {
            continue;
        }
        other += usize::from(given.is_of_another_chart());
        let reads = std::mem::take(&mut given.reads);
        if let Some(chart) = given.chart() {
            read.extend(reads);
            charts.push(chart);
        }
    }
    super::values::all(scope, &read, &mut charts);
    let files = charts.iter_mut().filter(|chart| chart.holder == Holder::File && chart.name == ChartName::AppTemplate);
    for chart in files.filter(|_| is_layered) {
        chart.is_whole = false;
    }
    (charts, other)
}

/// What K3s and kustomize install.
fn others<'a>(scope: &Scope<'a>, found: &mut Vec<Given<'a>>) {
    for (item, node) in scope.custom("HelmChart", "helm.cattle.io/") {
        let word = |key| item.at(&["spec", key]).and_then(Node::text);
        let Some(chart) = word("chart").and_then(|chart| chart.rsplit('/').next()) else { continue };
        let block = item.at(&["spec", "valuesContent"]).zip(scope.sources);
        let values = block.and_then(|(block, sources)| read_block(sources, block)).map(Cow::Owned);
        let is_whole = node.get("spec").is_none_or(|spec| spec.get("set").is_none());
        found.push(Given {
            item,
            holder: Holder::Other,
            chart,
            repository: word("repo"),
            values,
            is_whole,
            version: word("version"),
            release: Some(item.name()),
            namespace: word("targetNamespace"),
            reads: Vec::new(),
        });
    }
    for (item, node) in scope.custom("Kustomization", "kustomize.config.k8s.io/") {
        for release in node.get("helmCharts").map_or(&[][..], Node::items) {
            let word = |key: &str| release.get(key).and_then(Node::text);
            let is_whole = release.get("valuesFile").is_none() && release.get("additionalValuesFiles").is_none();
            let values = release.get("valuesInline").map(Cow::Borrowed);
            found.push(Given {
                item,
                holder: Holder::Other,
                chart: word("name").unwrap_or_default(),
                repository: word("repo"),
                values,
                is_whole,
                version: word("version"),
                release: word("releaseName"),
                namespace: word("namespace").or_else(|| node.get("namespace").and_then(Node::text)),
                reads: Vec::new(),
            });
        }
    }
}

fn flux<'a>(scope: &Scope<'a>, found: &mut Vec<Given<'a>>) {
    for (item, node) in scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/") {
        let word = |keys: &[&str]| item.at(keys).and_then(Node::text);
        let source = ["chart", "spec", "sourceRef", "name"];
        let named = word(&[&["spec"], &source[..]].concat()).or(word(&["spec", "chartRef", "name"]));
        let kind = match word(&["spec", "chartRef", "kind"]) {
            Some(kind) => kind,
            None => word(&["spec", "chart", "spec", "sourceRef", "kind"]).unwrap_or_default(),
        };
        let from = named.and_then(|name| repository(scope, item, kind, name));
        let repository = from.and_then(|from| from.at(&["spec", "url"])).and_then(Node::text);
        let chart = match (word(&["spec", "chart", "spec", "chart"]), repository) {
            (Some(chart), _) => chart,
            (None, Some(url)) => url.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
            // What a source that is not among the files is called is no proof, but the values are.
            (None, None) => CHART_NAME,
        };
        let spec = node.get("spec");
        let own = spec.and_then(|spec| spec.get("values")).map(Cow::Borrowed);
        let mut reads = Vec::new();
        let (values, is_whole) = with_maps(scope, item, own, &mut reads);
        let release = word(&["spec", "releaseName"]).or_else(|| {
            let is_moved = spec.is_some_and(|spec| spec.get("targetNamespace").is_some());
            (!is_moved).then_some(item.name())
        });
        let version = word(&["spec", "chart", "spec", "version"]);
        // A source that is not among the files has a name at least.
        let repository = repository.or(named);
        let namespace = word(&["spec", "targetNamespace"]).or(item.namespace());
        let holder = Holder::Flux;
        found.push(Given { item, holder, chart, repository, values, is_whole, version, release, namespace, reads });
    }
}

/// Values with those that come from `ConfigMap`s, and whether all of them are among the files; what files the maps are
/// made of is added to `reads`.
fn with_maps<'a>(
    scope: &Scope<'a>,
    item: Item<'a>,
    own: Option<Cow<'a, Node>>,
    reads: &mut Vec<SourceId>,
) -> (Option<Cow<'a, Node>>, bool) {
    let mut all: Option<Node> = None;
    let mut is_whole = true;
    for block in blocks(scope, item) {
        match block.and_then(|block| values_in(scope, block, reads)) {
            Some(values) => all = Some(all.take().map_or(values.clone(), |all| merge(all, values))),
            None => is_whole = false,
        }
    }
    match (all, own) {
        (Some(all), Some(own)) => (Some(Cow::Owned(merge(all, own.into_owned()))), is_whole),
        (Some(all), None) => (Some(Cow::Owned(all)), is_whole),
        (None, own) => (own, is_whole),
    }
}

/// What a `HelmRelease` takes values from; nothing for what is not among the manifests.
fn blocks<'a>(scope: &Scope<'a>, item: Item<'a>) -> impl Iterator<Item = Option<&'a Node>> {
    item.at(&["spec", "valuesFrom"]).map_or(&[][..], Node::items).iter().map(move |from| {
        let word = |key: &str| from.get(key).and_then(Node::text);
        let map = word("name").filter(|_| word("kind") == Some("ConfigMap") && word("targetPath").is_none());
        let map = map.and_then(|name| scope.named(item, "ConfigMap", name));
        map.and_then(|map| map.at(&["data", word("valuesKey").unwrap_or("values.yaml")]))
    })
}

/// The values in a text of a `ConfigMap`: of the file, where a kustomization makes it of one.
fn values_in(scope: &Scope<'_>, block: &Node, reads: &mut Vec<SourceId>) -> Option<Node> {
    if let Some(file) = file_of(scope, block) {
        reads.push(file.origin.source);
        return Some(file.clone());
    }
    let sources = scope.sources?;
    let Origin { source, start, end } = block.origin;
    let written = sources.get(source).text.get(start as usize..end as usize)?;
    let first = block.text()?.lines().find(|line| !line.trim().is_empty())?;
    // What was put together elsewhere is not what stands here.
    if written.contains(first.trim()) { read_block(sources, block) } else { None }
}

/// The file of values that a text of a `ConfigMap` is.
fn file_of<'a>(scope: &Scope<'a>, block: &Node) -> Option<&'a Node> {
    let (sources, text) = (scope.sources?, block.text()?);
    let is_it =
        |node: &&Node| node.origin.source != block.origin.source && sources.get(node.origin.source).text == text;
    scope.others.iter().find(is_it).filter(|_| text.contains('\n'))
}

/// A source of charts: a `HelmRelease` names its namespace itself.
fn repository<'a>(scope: &Scope<'a>, from: Item<'a>, kind: &str, name: &str) -> Option<Item<'a>> {
    let mut named = scope.of_name(kind, name);
    named.find(|item| item.is_beside(from)).or_else(|| scope.of_name(kind, name).next())
}

fn argo<'a>(scope: &Scope<'a>, found: &mut Vec<Given<'a>>) {
    for (item, node) in scope.custom("Application", "argoproj.io/") {
        let Some(spec) = node.get("spec") else { continue };
        // A file is read with its release, whichever of the sources names it.
        let helms = argo_sources(item).filter_map(|(_, source)| source.get("helm"));
        let files = helms.flat_map(|helm| value_files(scope, helm)).flatten();
        let reads: Vec<SourceId> = files.map(|file| file.origin.source).collect();
        for (_, source) in argo_sources(item) {
            let word = |key: &str| source.get(key).and_then(Node::text);
            let Some(chart) = word("chart") else { continue };
            let helm = source.get("helm");
            let own = helm.and_then(|helm| values(helm, scope.sources?));
            let is_read = helm.is_some_and(|helm| helm.get("values").is_none() || own.is_some());
            let files: Option<Vec<&Node>> = helm.and_then(|helm| value_files(scope, helm).collect());
            let is_whole = is_read && files.is_some() && helm.is_some_and(|helm| helm.get("fileParameters").is_none());
            let layers = files.unwrap_or_default().into_iter().map(Cow::Borrowed).chain(own);
            let values = layers.reduce(|all, next| Cow::Owned(merge(all.into_owned(), next.into_owned())));
            let release = helm.and_then(|helm| helm.get("releaseName")?.text()).or(Some(item.name()));
            found.push(Given {
                item,
                holder: Holder::Argo,
                chart: chart.rsplit('/').next().unwrap_or(chart),
                repository: word("repoURL"),
                values,
                is_whole,
                version: word("targetRevision"),
                release,
                namespace: spec.get("destination").and_then(|destination| destination.get("namespace")?.text()),
                reads: reads.clone(),
            });
        }
    }
}

/// The files of values that a source names, `$ref/path/values.yaml`; nothing for one that is not among the files.
fn value_files<'a>(scope: &Scope<'a>, helm: &'a Node) -> impl Iterator<Item = Option<&'a Node>> {
    helm.get("valueFiles").map_or(&[][..], Node::items).iter().map(|file| {
        let (_, path) = file.text()?.strip_prefix('$')?.split_once('/')?;
        let is_it = |node: &&Node| {
            let name = scope.sources.map_or("", |sources| sources.get(node.origin.source).name.as_str());
            name.strip_suffix(path).is_some_and(|above| above.is_empty() || above.ends_with('/'))
        };
        scope.others.iter().find(is_it)
    })
}

/// The values that an Application gives: as a text, as an object and one by one, later ones over earlier ones.
fn values<'a>(helm: &'a Node, sources: &Sources) -> Option<Cow<'a, Node>> {
    let text = helm.get("values").and_then(|block| read_block(sources, block));
    let mut values = match (text, helm.get("valuesObject")) {
        (Some(text), Some(object)) => Some(Cow::Owned(merge(text, object.clone()))),
        (Some(text), None) => Some(Cow::Owned(text)),
        (None, object) => object.map(Cow::Borrowed),
    };
    for parameter in helm.get("parameters").map_or(&[][..], Node::items) {
        let path = parameter.get("name").and_then(Node::text).and_then(|name| name.parse::<Path>().ok());
        let (Some(path), Some(value)) = (path, parameter.get("value")) else { continue };
        let Some(text) = value.text() else { continue };
        let all =
            values.get_or_insert_with(|| Cow::Owned(Node { origin: helm.origin, value: Value::Mapping(Vec::new()) }));
        let scalar = Scalar { text: text.into(), style: Style::Shell };
        let value = Node { origin: value.origin, value: Value::Scalar(scalar) };
        let _ = all.to_mut().put(&path, value.origin, value);
    }
    values
}
