//! What is given to a release, and of which chart is it?

use std::borrow::Cow;

use super::Item;
use super::chart::{Chart, ChartName, Holder};
use crate::facts::CHART_NAME;
use crate::tree::{Entry, Node, SourceId, Value};

/// The chart that has this one as a part.
const OPEN_WEBUI: &str = "open-webui";
/// The chart that makes objects of whatever it is told.
const APP_TEMPLATE: &str = "app-template";

/// What is given to a release.
pub(super) struct Given<'a> {
    pub(super) item: Item<'a>,
    pub(super) holder: Holder,
    pub(super) chart: &'a str,
    pub(super) repository: Option<&'a str>,
    pub(super) values: Option<Cow<'a, Node>>,
    pub(super) is_whole: bool,
    pub(super) version: Option<&'a str>,
    pub(super) release: Option<&'a str>,
    pub(super) namespace: Option<&'a str>,
    /// The files of values that it reads.
    pub(super) reads: Vec<SourceId>,
}

impl<'a> Given<'a> {
    /// The values of the chart, if it is the one, or has it as a part that is used.
    pub(super) fn chart(self) -> Option<Chart<'a>> {
        let is_ours = self.is_ours();
        let name = if self.is_app() { ChartName::AppTemplate } else { ChartName::Ollama };
        let values = self.values?;
        let Self { holder, is_whole, release, namespace, .. } = self;
        let (item, version) = (Some(self.item), self.version.and_then(numbers));
        let below = String::new();
        if self.chart == OPEN_WEBUI {
            let values = within(values, "ollama")?;
            let is_used = values.get("enabled").and_then(Node::text) != Some("false");
            let (below, version, release) = ("ollama.".to_owned(), None, None);
            return is_used.then_some(Chart {
                name,
                item,
                holder,
                values,
                below,
                is_whole,
                version,
                release,
                namespace,
            });
        }
        let is_known = is_ours || name == ChartName::AppTemplate;
        is_known.then_some(Chart { name, item, holder, values, below, is_whole, version, release, namespace })
    }

    fn is_ours(&self) -> bool {
        self.chart == CHART_NAME
            && (self.repository.is_some_and(|from| from.contains("otwld"))
                || self.values.as_deref().is_some_and(looks_like_ours))
    }

    /// Whether it is of `app-template`: by its name or that of its source, or by its values where a source that is not
    /// among the files is called after the app.
    pub(super) fn is_app(&self) -> bool {
        let is_named = self.chart == APP_TEMPLATE || self.repository.is_some_and(|from| from.ends_with(APP_TEMPLATE));
        let values = self.values.as_deref();
        is_named && values.is_some_and(has_controllers) || self.chart == CHART_NAME && self.runs_ollama()
    }

    /// Whether a controller of its values has a container of Ollama.
    pub(super) fn runs_ollama(&self) -> bool {
        self.values.as_deref().is_some_and(has_controller_of_ollama)
    }

    /// Whether it is of a chart whose values are not understood.
    pub(super) fn is_of_another_chart(&self) -> bool {
        !self.is_ours()
            && !self.is_app()
            && self.chart != OPEN_WEBUI
            && (self.chart != CHART_NAME || self.values.is_some())
    }
}

/// The value of a key as values of their own.
pub(super) fn within<'a>(values: Cow<'a, Node>, key: &str) -> Option<Cow<'a, Node>> {
    let is_mapping = |node: &Node| matches!(node.value, Value::Mapping(_));
    match values {
        Cow::Borrowed(values) => values.get(key).filter(|node| is_mapping(node)).map(Cow::Borrowed),
        Cow::Owned(values) => {
            let entry = values.into_entries().into_iter().find(|entry| entry.key == key)?;
            is_mapping(&entry.value).then_some(Cow::Owned(entry.value))
        }
    }
}

/// Whether values have what this chart alone has: `ollama` with its GPUs and models and nothing else in it.
pub(super) fn looks_like_ours(values: &Node) -> bool {
    let inside = values.get("ollama").map_or(&[][..], Node::entries);
    let own = ["gpu", "models", "port", "mountPath", "insecure", "defaultModel"];
    // What belongs a level higher, and often stands here.
    let above = ["extraEnv", "persistentVolume", "runtimeClassName"];
    let is_own = |entry: &Entry| own.contains(&entry.key.as_str());
    inside.iter().any(is_own) && inside.iter().all(|entry| is_own(entry) || above.contains(&entry.key.as_str()))
}

/// What `app-template` finds under `controllers`, or would find there were the key not misspelt. Older releases of the
/// chart have one `controller`, with no containers in it.
fn controllers(values: &Node) -> impl Iterator<Item = &Entry> {
    let is_meant = |key: &str| strsim::osa_distance(key, "controllers") <= 2;
    values.entries().iter().filter(move |entry| is_meant(&entry.key)).flat_map(|entry| entry.value.entries())
}

/// Whether values have controllers as `app-template` wants them.
pub(super) fn has_controllers(values: &Node) -> bool {
    values.get("controllers").is_some()
        || controllers(values).any(|controller| controller.value.get("containers").is_some())
}

/// Whether a controller has a container of Ollama, written as `app-template` wants them: maps by their names.
pub(super) fn has_controller_of_ollama(values: &Node) -> bool {
    let mut containers = controllers(values)
        .filter_map(|controller| controller.value.get("containers"))
        .flat_map(Node::entries)
        .filter_map(|container| container.value.get("image")?.get("repository")?.text());
    containers.any(|image| image.rsplit('/').next() == Some("ollama"))
}

/// The first two numbers of an exact version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim_start_matches('v').split('.');
    let mut next = || parts.next()?.parse().ok();
    let found = (next()?, next()?);
    next()?;
    Some(found)
}
