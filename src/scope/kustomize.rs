//! What do kustomizations do to the manifests that they list, and what is written where no type looks?

use std::collections::{HashMap, HashSet};

use super::{Image, Item, Scope};
use crate::bundle::Object;
use crate::tree::{Node, Origin, SourceId, Value, plain_path};

/// An image that a kustomization puts in the place of another one.
#[derive(Clone, Copy, Debug)]
pub struct SetImage<'a> {
    /// The kustomization.
    pub item: Item<'a>,
    /// Where its tag or digest stands.
    pub at: Origin,
    /// The new image.
    pub image: Image<'a>,
}

/// What a kustomization gives other names.
#[derive(Clone, Debug)]
pub struct Renamed<'a> {
    /// The kustomization.
    pub by: Item<'a>,
    /// The objects.
    pub items: Vec<Item<'a>>,
    /// Whether it changes objects by patches as well.
    pub is_patched: bool,
    prefix: &'a str,
    suffix: &'a str,
}

impl Renamed<'_> {
    /// What an object is called then.
    pub fn name(&self, name: &str) -> String {
        format!("{}{name}{}", self.prefix, self.suffix)
    }
}

impl<'a> Scope<'a> {
    /// The kustomizations of kustomize, with or without their `kind`.
    pub fn kustomizations(&self) -> impl Iterator<Item = &'a Node> {
        let named = self.custom("Kustomization", "kustomize.config.k8s.io/").map(|(_, node)| node);
        let has = |node: &&Node| {
            node.get("kind").is_none() && ["resources", "patches"].iter().any(|key| node.get(key).is_some())
        };
        named.chain(self.others.iter().filter(has))
    }

    /// Whether an object is a kustomization that reaches what has to do with Ollama, or stands in its folder.
    pub(super) fn reaches_ollama(&self, item: Item<'a>) -> bool {
        let is_kustomization =
            matches!(item.object, Object::Custom(custom) if custom.api_version.starts_with("kustomize.config.k8s.io/"));
        let Some(tree) = item.tree.filter(|_| is_kustomization) else { return false };
        let mut texts = self.reached.iter().filter(|(by, _)| *by == tree.origin.source).flat_map(|(_, texts)| texts);
        self.workloads().any(|workload| workload.item.is_near(item))
            || texts.any(|text| self.workloads().any(|workload| workload.item.file == text.0 as usize))
    }

    /// The images that kustomizations put in the place of others.
    pub fn set_images(&self) -> impl Iterator<Item = SetImage<'a>> {
        let kustomizations = self.custom("Kustomization", "kustomize.config.k8s.io/");
        let all = kustomizations.chain(self.custom("Component", "kustomize.config.k8s.io/"));
        let images = all.flat_map(|(item, tree)| {
            tree.get("images").map(Node::items).unwrap_or_default().iter().map(move |image| (item, image))
        });
        images.filter_map(|(item, image)| {
            let word = |key: &str| image.get(key).and_then(Node::text);
            let repository = word("newName").or(word("name"))?;
            let value = image.get("newTag").or(image.get("digest"))?;
            let image = Image { repository, tag: word("newTag"), digest: word("digest") };
            Some(SetImage { item, at: value.origin, image })
        })
    }

    /// The kustomizations that give what they list other names, where nothing else that is seen changes names with them.
    pub fn renamed(&self) -> Vec<Renamed<'a>> {
        let kustomizations = self.custom("Kustomization", "kustomize.config.k8s.io/");
        let named = kustomizations.filter(|(_, tree)| {
            let has = |keys: &[&str]| keys.iter().any(|key| tree.get(key).is_some());
            has(&["namePrefix", "nameSuffix"]) && !has(&["configurations", "transformers", "replacements", "vars"])
        });
        let all = named.map(|(by, tree)| {
            let texts = self.reached.iter().filter(|(source, _)| *source == tree.origin.source);
            let texts: HashSet<usize> = texts.flat_map(|(_, texts)| texts).map(|text| text.0 as usize).collect();
            let items =
                self.items.iter().filter(|item| texts.contains(&item.file) && item.number != by.number).copied();
            let part = |key: &str| tree.get(key).and_then(Node::text).unwrap_or_default();
            let is_patched =
                ["patches", "patchesStrategicMerge", "patchesJson6902"].iter().any(|key| tree.get(key).is_some());
            Renamed { by, items: items.collect(), prefix: part("namePrefix"), suffix: part("nameSuffix"), is_patched }
        });
        all.collect()
    }

    /// Whether a kustomization puts what it lists into a namespace: then what is written is not what is applied.
    pub fn sets_namespaces(&self) -> bool {
        self.kustomizations().any(|node| node.get("namespace").is_some())
            || self
                .custom("Kustomization", "kustomize.toolkit.fluxcd.io/")
                .any(|(item, _)| item.at(&["spec", "targetNamespace"]).is_some())
    }

    /// Whether a kustomization lists an object as a whole one, and none adds labels to selectors and pods.
    pub fn is_listed_as_it_is(&self, item: Item<'a>) -> bool {
        let source = item.tree.map(|tree| tree.origin.source);
        let is_listed = |(_, texts): &(SourceId, Vec<SourceId>)| source.is_some_and(|source| texts.contains(&source));
        self.reached.iter().any(is_listed) && !self.may_be_patch(item) && !self.adds_labels_to_pods()
    }

    /// Whether a kustomization may add a label to pods.
    pub fn adds_label(&self, label: &str) -> bool {
        self.adds_labels(reaches_pods, |labels| labels.get(label).is_some())
    }

    /// Whether a kustomization adds a label to all objects, pods or not.
    pub fn adds_label_anywhere(&self, label: &str) -> bool {
        self.adds_labels(|_| true, |labels| labels.get(label).is_some())
    }

    /// Whether a kustomization adds labels to pods.
    pub fn adds_labels_to_pods(&self) -> bool {
        self.adds_labels(reaches_pods, |_| true)
    }

    /// Whether a kustomization adds labels of which something is true, by an element of `labels` of which something is.
    fn adds_labels(&self, reaches: impl Fn(&Node) -> bool, has: impl Fn(&Node) -> bool) -> bool {
        self.kustomizations().any(|node| {
            let items = node.get("labels").into_iter().flat_map(Node::items).filter(|item| reaches(item));
            let pairs = items.filter_map(|item| item.get("pairs"));
            node.get("commonLabels").into_iter().chain(pairs).any(&has)
        })
    }

    /// Whether one of several kustomizations may say how many pods a workload has.
    pub fn may_set_replicas(&self, item: Item<'a>) -> bool {
        let is_named = |entry: &Node| entry.get("name").and_then(Node::text) == Some(item.name());
        let source = |node: &Node| node.origin.source;
        let is_set = item.at(&["spec", "replicas"]).map(source) != item.tree.map(source);
        !is_set
            && self
                .kustomizations()
                .any(|node| node.get("replicas").is_some_and(|list| list.items().iter().any(is_named)))
    }

    /// The kustomization that lists a text of the manifests, for each text that one lists: one of the same folder first.
    pub fn listed(&self) -> HashMap<SourceId, SourceId> {
        let Some(sources) = self.sources else { return HashMap::new() };
        let names: HashMap<String, SourceId> = self
            .items
            .iter()
            .filter_map(|item| Some(item.tree?.origin.source))
            .map(|source| (plain_path(&sources.get(source).name), source))
            .collect();
        let mut listed = HashMap::new();
        for by in self.kustomizations() {
            let folder = split(&sources.get(by.origin.source).name).0;
            let beside = if folder.is_empty() { "." } else { folder };
            for text in by.get("resources").map(Node::items).unwrap_or_default().iter().filter_map(Node::text) {
                let Some(found) = names.get(&plain_path(&format!("{beside}/{text}"))) else { continue };
                if split(&sources.get(*found).name).0 == folder {
                    listed.insert(*found, by.origin.source);
                } else {
                    listed.entry(*found).or_insert(by.origin.source);
                }
            }
        }
        listed
    }

    /// All pairs of a key and a text in objects of unknown kinds and in documents that are no objects: labels that a
    /// chart or an operator gives to pods are among them. A `name` is one only among labels: all objects have one.
    pub fn pairs_elsewhere(&self) -> HashSet<(&'a str, &'a str)> {
        // What kustomizations add is known.
        let is_unclear = |object: &Object| match object {
            Object::Custom(custom) => !custom.api_version.starts_with("kustomize.config.k8s.io/"),
            _ => false,
        };
        let customs = self.items.iter().filter(|item| is_unclear(item.object));
        let mut pairs = HashSet::new();
        let trees = customs.filter_map(|item| item.tree).chain(self.others);
        let mut left: Vec<(&str, &Node)> = trees.map(|node| ("", node)).collect();
        while let Some((above, node)) = left.pop() {
            left.extend(node.items().iter().map(|item| (above, item)));
            let is_among_labels = above.to_ascii_lowercase().contains("label") || above == "selector";
            for entry in node.entries() {
                match &entry.value.value {
                    Value::Scalar(_) if entry.key == "name" && !is_among_labels => {}
                    Value::Scalar(scalar) => {
                        pairs.insert((entry.key.as_str(), scalar.text.as_str()));
                    }
                    _ => left.push((entry.key.as_str(), &entry.value)),
                }
            }
        }
        pairs
    }
}

/// The folder and the name of a file.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// Whether an element of `labels` is for pods as well.
fn reaches_pods(item: &Node) -> bool {
    let is_on = |key: &&str| item.get(key).and_then(Node::text).is_some_and(|text| text != "false");
    ["includeSelectors", "includeTemplates"].iter().any(is_on) || item.get("fields").is_some()
}
