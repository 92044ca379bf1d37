//! What do values for a Helm chart that deploys Ollama say, wherever they are given?

use std::borrow::Cow;
use std::collections::HashSet;

use super::Item;
use crate::facts::CHART_NAME;
use crate::tree::{Node, Origin, Value};

/// Who gives the values to Helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A `HelmRelease` of Flux.
    Flux,
    /// An `Application` of Argo CD.
    Argo,
    /// Another object that stands for a release.
    Other,
    /// Nobody yet: a file of values.
    File,
}

/// Which chart the values are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartName {
    /// That of Ollama (otwld).
    Ollama,
    /// `app-template` of bjw-s, which makes objects of whatever it is told.
    AppTemplate,
}

/// A place where values for a chart are given.
#[derive(Clone, Debug)]
pub struct Chart<'a> {
    /// Which chart.
    pub name: ChartName,
    /// The object that gives them; none for a file of values.
    pub item: Option<Item<'a>>,
    /// Of which kind that is.
    pub holder: Holder,
    /// The values of the chart itself.
    pub values: Cow<'a, Node>,
    /// What stands before each path where the chart is a part of another: `ollama.`; empty where it is not.
    pub below: String,
    /// Whether no other values are given elsewhere, so that what is not here is as the chart has it.
    pub is_whole: bool,
    /// The release of the chart, its first two numbers, where it is exact and the chart is no part of another.
    pub version: Option<(u32, u32)>,
    /// The name of the release, where it is known.
    pub release: Option<&'a str>,
    /// The namespace of the release, where it is known.
    pub namespace: Option<&'a str>,
}

impl Chart<'_> {
    /// The value at a path, with dots between keys.
    pub fn get(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self.values.as_ref(), |node, key| node.get(key))
    }

    /// The text at a path; nothing for what another tool fills in.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path).and_then(Node::text).filter(|text| !is_filled_in(text))
    }

    /// Whether a switch is on that is off where nobody says it; nothing where it is not known.
    pub fn is_on(&self, path: &str) -> Option<bool> {
        match self.get(path) {
            None => self.is_whole.then_some(false),
            Some(node) if node.is_null() => Some(false),
            Some(node) => match node.text()? {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
        }
    }

    /// A whole number at a path.
    pub fn number(&self, path: &str) -> Option<u64> {
        self.text(path)?.parse().ok()
    }

    /// The elements at a path; none where there is no list.
    pub fn list(&self, path: &str) -> &[Node] {
        self.get(path).map_or(&[], Node::items)
    }

    /// Whether something is at a path that is not empty.
    pub fn has(&self, path: &str) -> bool {
        self.get(path).is_some_and(|node| match &node.value {
            Value::Scalar(scalar) => !scalar.text.is_empty() && !node.is_null(),
            Value::Sequence(items) => !items.is_empty(),
            Value::Mapping(entries) => !entries.is_empty(),
        })
    }

    /// Where a path is, or the nearest place to it.
    pub fn place(&self, path: &str) -> Origin {
        self.values.spot(path).origin
    }

    /// A path as it is written from the top of the values.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.below)
    }

    /// The name of what the chart makes, where it is known: the release's, with the chart's behind it if it lacks that.
    pub fn full_name(&self) -> Option<String> {
        match (self.text("fullnameOverride"), self.text("nameOverride"), self.release) {
            (Some(name), ..) if !name.is_empty() => Some(name.to_owned()),
            (_, None | Some(""), Some(release)) if release.contains(CHART_NAME) => Some(release.to_owned()),
            (_, None | Some(""), Some(release)) => Some(format!("{release}-{CHART_NAME}")),
            _ => None,
        }
    }

    /// The namespace of what the chart makes, where it is known.
    pub fn namespace(&self) -> Option<&str> {
        self.text("namespaceOverride").filter(|name| !name.is_empty()).or(self.namespace)
    }

    /// The models that are pulled at each start, and loaded: each once, however often it is listed.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        let listed = ["ollama.models", "ollama.models.pull", "ollama.models.run"].into_iter();
        let names = listed.flat_map(|path| self.list(path)).filter_map(Node::text);
        let mut seen = HashSet::new();
        names
            .filter(|name| !name.is_empty() && !is_filled_in(name))
            .filter(move |name| seen.insert(name.strip_suffix(":latest").unwrap_or(name)))
    }

    /// A variable that is set besides those of the chart; nothing known where it may come from elsewhere.
    pub fn variable(&self, name: &str) -> Option<&Node> {
        let of = |variable: &&Node| variable.get("name").and_then(Node::text) == Some(name);
        self.list("extraEnv").iter().rfind(of)
    }

    /// Whether a variable is certainly not set.
    pub fn lacks_variable(&self, name: &str) -> bool {
        let is_list =
            self.get("extraEnv").is_none_or(|node| node.is_null() || matches!(node.value, Value::Sequence(_)));
        self.is_whole && is_list && !self.has("extraEnvFrom") && self.variable(name).is_none()
    }

    /// Whether all pods share a volume that one node mounts.
    pub fn shares_one_volume(&self) -> bool {
        let modes = self.list("persistentVolume.accessModes");
        let many = ["ReadWriteMany", "ReadOnlyMany"];
        let is_known = !self.has("persistentVolume.existingClaim")
            && (self.is_whole || !modes.is_empty())
            && modes.iter().all(|mode| mode.text().is_some_and(|mode| !is_filled_in(mode)));
        let shared = modes.iter().filter_map(Node::text).any(|mode| many.contains(&mode));
        self.is_on("persistentVolume.enabled") == Some(true) && is_known && !shared
    }
}

/// Whether a text is filled in by another tool.
pub fn is_filled_in(text: &str) -> bool {
    text.contains("{{") || text.contains("${") || text.contains("$(")
}
