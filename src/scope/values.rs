//! Which files hold values for the Helm chart of Ollama (otwld), or for `app-template` with Ollama in it, with no object
//! that says so?

use std::borrow::Cow;
use std::collections::HashMap;

use super::chart::{Chart, ChartName, Holder};
use super::given::{has_controller_of_ollama, has_controllers, looks_like_ours, within};
use super::{Scope, argo_sources};
use crate::facts::{CHART_NAME, chart_children};
use crate::tree::{Entry, Node, SourceId, Value, nearest};

/// Keys that the chart `open-webui` has and this chart has not.
const OF_OPEN_WEBUI: [&str; 7] =
    ["pipelines", "ollamaUrls", "openaiBaseApiUrl", "openaiBaseApiUrls", "websocket", "enableOpenaiApi", "tika"];

/// Finds files of values by what is in them, and by the charts beside them that have this one as a part; not those that
/// a release `reads`, which are judged with it.
pub(super) fn all<'a>(scope: &Scope<'a>, reads: &[SourceId], found: &mut Vec<Chart<'a>>) {
    let charts: HashMap<&str, &Node> = scope
        .others
        .iter()
        .filter_map(|node| {
            let (file, folder) = scope.file_of(node);
            (file == "Chart.yaml").then_some((folder, node))
        })
        .collect();
    let from = found.len();
    // How many files of values a folder has, for each of the charts.
    let mut folders: HashMap<(&str, bool), usize> = HashMap::new();
    for node in scope.others {
        let (file, folder) = scope.file_of(node);
        let before = found.len();
        if !matches!(node.value, Value::Mapping(_)) || file == "Chart.yaml" || reads.contains(&node.origin.source) {
            continue;
        }
        match charts.get(folder) {
            Some(chart) => found.extend(parts(chart, node)),
            None if node.get("releases").is_some() => helmfile(node, found),
            None if file == "fleet.yaml" => fleet(node, found),
            None => found.extend(alone(node)),
        }
        *folders.entry((folder, false)).or_default() += found.len() - before;
        if found.len() == before {
            found.extend(app(node));
            let is_like_app = has_controllers(node) || part_of_app(node).is_some();
            *folders.entry((folder, true)).or_default() += usize::from(is_like_app);
        }
    }
    let is_old = is_of_an_old_release(scope);
    for chart in found[from..].iter_mut().filter(|chart| is_old && chart.name == ChartName::Ollama) {
        chart.version = Some((0, 0));
    }
    // Files of values of one folder are laid over each other.
    for chart in &mut found[from..] {
        let key = (scope.file_of(&chart.values).1, chart.name == ChartName::AppTemplate);
        if folders.get(&key).is_some_and(|count| *count > 1) {
            chart.is_whole = false;
        }
    }
}

fn of(values: Cow<'_, Node>, below: String) -> Chart<'_> {
    Chart {
        name: ChartName::Ollama,
        item: None,
        holder: Holder::File,
        values,
        below,
        is_whole: true,
        version: None,
        release: None,
        namespace: None,
    }
}

/// The values for `app-template` in a file: at its top, or under a key where the chart is a part of another.
fn app(values: &Node) -> Option<Chart<'_>> {
    let (own, below) = if has_controller_of_ollama(values) {
        (values, String::new())
    } else {
        let part = part_of_app(values).filter(|part| has_controller_of_ollama(&part.value))?;
        (&part.value, format!("{}.", part.key))
    };
    let is_used = own.get("enabled").and_then(Node::text) != Some("false");
    is_used.then(|| Chart { name: ChartName::AppTemplate, ..of(Cow::Borrowed(own), below) })
}

/// The part of values that has controllers in it, those of Ollama first.
fn part_of_app(values: &Node) -> Option<&Entry> {
    let parts = values.entries();
    let of_ollama = parts.iter().find(|part| has_controller_of_ollama(&part.value));
    of_ollama.or_else(|| parts.iter().find(|part| has_controllers(&part.value)))
}

/// The values of the parts of a chart.
fn parts<'a>(chart: &Node, values: &'a Node) -> Vec<Chart<'a>> {
    let dependencies = chart.get("dependencies").map_or(&[][..], Node::items);
    let part = |dependency: &Node| {
        let word = |key: &str| dependency.get(key).and_then(Node::text);
        let key = word("alias").or(word("name"))?.to_owned();
        let own = within(Cow::Borrowed(values), &key)?;
        match word("name")? {
            CHART_NAME if word("repository")?.contains("otwld") => Some(of(own, format!("{key}."))),
            "open-webui" => Some(of(within(own, "ollama")?, format!("{key}.ollama."))),
            _ => None,
        }
    };
    dependencies.iter().filter_map(part).filter(|chart| chart.text("enabled") != Some("false")).collect()
}

/// Values that stand in a list of releases.
fn helmfile<'a>(node: &'a Node, found: &mut Vec<Chart<'a>>) {
    let word = |node: &'a Node, key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
    let repositories = node.get("repositories").map_or(&[][..], Node::items);
    for release in node.get("releases").map_or(&[][..], Node::items) {
        let Some((from, CHART_NAME)) = word(release, "chart").split_once('/') else { continue };
        let is_ours =
            |repository: &'a Node| word(repository, "name") == from && word(repository, "url").contains("otwld");
        if from == "otwld" || repositories.iter().any(is_ours) {
            let values = release.get("values").map_or(&[][..], Node::items);
            let inline = values.iter().filter(|values| matches!(values.value, Value::Mapping(_)));
            let is_whole = values.len() == 1;
            found.extend(inline.map(|own| Chart { is_whole, ..of(Cow::Borrowed(own), String::new()) }));
        }
    }
}

/// Values that stand in a bundle of Rancher's Fleet.
fn fleet<'a>(node: &'a Node, found: &mut Vec<Chart<'a>>) {
    let Some(helm) = node.get("helm") else { return };
    let word = |key: &str| helm.get(key).and_then(Node::text).unwrap_or_default();
    let is_ours = word("chart") == CHART_NAME && word("repo").contains("otwld");
    if let Some(values) = helm.get("values").filter(|values| is_ours && matches!(values.value, Value::Mapping(_))) {
        let is_whole = helm.get("valuesFiles").is_none() && helm.get("valuesFrom").is_none();
        found.push(Chart { is_whole, ..of(Cow::Borrowed(values), String::new()) });
    }
}

/// Whether a release of the first years is among the manifests: files of values are then for that one.
fn is_of_an_old_release(scope: &Scope<'_>) -> bool {
    let is_old = |chart: Option<&Node>, version: Option<&Node>| {
        chart.and_then(Node::text) == Some(CHART_NAME)
            && version.and_then(Node::text).is_some_and(|v| v.starts_with("0."))
    };
    let flux = scope.custom("HelmRelease", "helm.toolkit.fluxcd.io/").any(|(item, _)| {
        let at = |key| item.at(&["spec", "chart", "spec", key]);
        is_old(at("chart"), at("version"))
    });
    let argo = scope.custom("Application", "argoproj.io/").any(|(item, _)| {
        argo_sources(item).any(|(_, source)| is_old(source.get("chart"), source.get("targetRevision")))
    });
    flux || argo
}

/// A file that is known by its values alone.
fn alone(values: &Node) -> Option<Chart<'_>> {
    let inner = values.get("ollama")?;
    if inner.get("enabled").and_then(Node::text) == Some("false") {
        return None;
    }
    let is_part = OF_OPEN_WEBUI.iter().any(|key| values.get(key).is_some());
    if is_part || (looks_like_ours(inner) && has_models_or_gpu(inner)) {
        return Some(of(within(Cow::Borrowed(values), "ollama")?, "ollama.".to_owned()));
    }
    let known = chart_children("");
    let (own, other): (Vec<_>, Vec<_>) = values.entries().iter().partition(|entry| known.contains(&entry.key.as_str()));
    let is_fit = looks_like_ours(values) && (has_models_or_gpu(values) || has_models_above(values));
    let is_sparse = looks_like_ours(values) && own.len() > 2 && has_known_gpu_only(values);
    let is_ours = is_fit || is_sparse || own.len() > 2 && has_one_stray_key(inner) && has_models_or_gpu(values);
    (is_ours && own.len() > other.len()).then(|| of(Cow::Borrowed(values), String::new()))
}

/// Whether `ollama` has the keys of this chart and one more: a key that is misspelt, or the volume that belongs above it.
fn has_one_stray_key(inner: &Node) -> bool {
    let known = chart_children("ollama");
    let mut strays = inner.entries().iter().map(|entry| entry.key.as_str()).filter(|key| !known.contains(key));
    let is_meant = |key: &str| key == "persistentVolume" || nearest(key, &known).is_some();
    strays.next().is_some_and(is_meant) && strays.next().is_none()
}

/// Whether models stand beside `ollama`, in a file that has this chart's GPUs in it and its volume.
fn has_models_above(values: &Node) -> bool {
    let lists = chart_children("ollama.models");
    let models = values.get("models").map_or(&[][..], Node::entries);
    let is_list = |entry: &Entry| lists.contains(&entry.key.as_str());
    let gpu = values.get("ollama").and_then(|inner| inner.get("gpu")?.get("enabled"));
    !models.is_empty() && models.iter().all(is_list) && gpu.is_some() && values.get("persistentVolume").is_some()
}

/// Whether GPUs are given, in nothing but keys of this chart, or simply switched on.
fn has_known_gpu_only(values: &Node) -> bool {
    let Some(gpu) = values.get("ollama").and_then(|inner| inner.get("gpu")) else { return false };
    let known = chart_children("ollama.gpu");
    match gpu.entries() {
        [] => gpu.text() == Some("true"),
        entries => entries.iter().all(|entry| known.contains(&entry.key.as_str())),
    }
}

/// Whether GPUs and models are given as this chart wants them, most keys of them spelt as it spells them.
fn has_models_or_gpu(values: &Node) -> bool {
    let known = |key: &str, above: &str| {
        let entries = values.get("ollama").and_then(|inner| inner.get(key)).map_or(&[][..], Node::entries);
        let known = chart_children(above);
        let count = entries.iter().filter(|entry| known.contains(&entry.key.as_str())).count();
        (count, entries.len())
    };
    let (gpu, all_gpu) = known("gpu", "ollama.gpu");
    let (models, all_models) = known("models", "ollama.models");
    (gpu >= 2 && gpu * 2 > all_gpu) || (models >= 1 && models * 2 > all_models)
}
