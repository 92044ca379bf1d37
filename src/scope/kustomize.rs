//! What do kustomizations do to the manifests that they list, and what is written where no type looks?

use std::collections::HashSet;

use super::{Item, Scope};
use crate::bundle::Object;
use crate::tree::{Node, SourceId, Value};

impl<'a> Scope<'a> {
    /// The kustomizations of kustomize, with or without their `kind`.
    pub fn kustomizations(&self) -> impl Iterator<Item = &'a Node> {
        let named = self.custom("Kustomization", "kustomize.config.k8s.io/").map(|(_, node)| node);
        let has = |node: &&Node| {
            node.get("kind").is_none() && ["resources", "patches"].iter().any(|key| node.get(key).is_some())
        };
        named.chain(self.others.iter().filter(has))
    }

    /// Whether a kustomization puts what it lists into a namespace: then what is written is not what is applied.
    pub fn sets_namespaces(&self) -> bool {
        self.kustomizations().any(|node| node.get("namespace").is_some())
            || self
                .custom("Kustomization", "kustomize.toolkit.fluxcd.io/")
                .any(|(item, _)| item.at(&["spec", "targetNamespace"]).is_some())
    }

    /// Whether a kustomization may add a label to pods.
    pub fn adds_label(&self, label: &str) -> bool {
        self.kustomizations().any(|node| {
            let pairs = node.get("labels").into_iter().flat_map(Node::items).filter_map(|item| item.get("pairs"));
            node.get("commonLabels").into_iter().chain(pairs).any(|labels| labels.get(label).is_some())
        })
    }

    /// Whether a kustomization says how many pods a workload has.
    pub fn sets_replicas(&self, name: &str) -> bool {
        let is_named = |entry: &Node| entry.get("name").and_then(Node::text) == Some(name);
        self.kustomizations().any(|node| node.get("replicas").is_some_and(|list| list.items().iter().any(is_named)))
    }

    /// The kustomization in the same folder that lists the text of an object.
    pub fn listed_by(&self, item: Item<'a>) -> Option<SourceId> {
        let sources = self.sources?;
        let (folder, file) = split(&sources.get(item.tree?.origin.source).name);
        let lists = |node: &&Node| {
            let resources = node.get("resources").map(Node::items).unwrap_or_default();
            split(&sources.get(node.origin.source).name).0 == folder
                && resources.iter().filter_map(Node::text).any(|text| text.trim_start_matches("./") == file)
        };
        self.kustomizations().find(lists).map(|node| node.origin.source)
    }

    /// All pairs of a key and a text in objects of unknown kinds and in documents that are no objects: labels that a
    /// chart or an operator gives to pods are among them. A `name` is one only among labels: all objects have one.
    pub fn pairs_elsewhere(&self) -> HashSet<(&'a str, &'a str)> {
        let customs = self.items.iter().filter(|item| matches!(item.object, Object::Custom(_)));
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
