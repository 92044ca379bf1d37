//! What does a kustomization list, and where?

use std::collections::{HashMap, HashSet};

use crate::bundle::{Custom, Object};
use crate::k8s::ObjectMeta;
use crate::tree::{Node, SourceId, Sources, Value, plain_path};

/// A `kustomization.yaml`.
#[derive(Debug)]
pub(super) struct Kustomization {
    /// The folder that its paths begin in.
    pub(super) folder: String,
    pub(super) tree: Node,
}

/// Whether a file is a kustomization by its name.
pub(super) fn is_named_so(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    matches!(last, "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

/// Whether a document says that it is a kustomization, or a part of one.
pub(super) fn is_of_kind(document: &Node) -> bool {
    let api = document.get("apiVersion").and_then(Node::text).unwrap_or_default();
    api.starts_with("kustomize.config.k8s.io/")
}

/// A kustomization that does not say what it is, which it need not.
pub(super) fn object(metadata: ObjectMeta) -> Object {
    Custom::read("kustomize.config.k8s.io/v1beta1", "Kustomization", metadata).into()
}

impl Kustomization {
    /// A document as a kustomization; nothing for what is no mapping.
    pub(super) fn of(document: &Node, name: &str) -> Option<Self> {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_mapping = matches!(document.value, Value::Mapping(_));
        is_mapping.then(|| Self { folder: folder.to_owned(), tree: document.clone() })
    }

    /// The elements of one of its lists.
    pub(super) fn list(&self, key: &str) -> &[Node] {
        self.tree.get(key).map_or(&[], Node::items)
    }

    /// The files, folders and addresses of what it is made of.
    pub(super) fn listed(&self) -> impl Iterator<Item = &Node> {
        ["resources", "bases", "components"].into_iter().flat_map(|key| self.list(key))
    }

    /// A path that is written in it, from where all paths begin; nothing for an address.
    pub(super) fn path(&self, written: &str) -> Option<String> {
        let is_remote = written.contains("://") || written.starts_with('/') || written.contains('?');
        (!is_remote)
            .then(|| plain_path(&format!("{}/{written}", if self.folder.is_empty() { "." } else { &self.folder })))
    }

    /// Patches in the order of kustomize: what each is for, and where it stands: in a file, or in the kustomization.
    pub(super) fn patches(&self) -> impl Iterator<Item = (Option<&Node>, &Node)> {
        let merged = self.list("patchesStrategicMerge").iter().map(|patch| (None, patch));
        let written = ["patches", "patchesJson6902"].into_iter().flat_map(|key| self.list(key));
        merged.chain(written.filter_map(|patch| Some((patch.get("target"), patch.get("path").or(patch.get("patch"))?))))
    }

    /// Whether it is a part of others, whose objects it changes.
    pub(super) fn is_component(&self) -> bool {
        self.tree.get("kind").and_then(Node::text) == Some("Component")
    }
}

/// Where texts and kustomizations are.
pub(super) struct Places {
    /// All texts, by their paths.
    pub(super) files: HashMap<String, SourceId>,
    /// The kustomizations, by their folders.
    pub(super) folders: HashMap<String, usize>,
    /// The folders with a file that is called like a kustomization, whether it could be read or not.
    pub(super) named: HashSet<String>,
}

impl Places {
    /// Where the texts and the kustomizations among them are.
    pub(super) fn of(all: &[Kustomization], texts: &[SourceId], sources: &Sources) -> Self {
        let names = || texts.iter().map(|id| (plain_path(&sources.get(*id).name), *id));
        let folder = |name: &str| name.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        Self {
            files: names().collect(),
            folders: all
                .iter()
                .enumerate()
                .map(|(at, kustomization)| (plain_path(&kustomization.folder), at))
                .collect(),
            named: names().filter(|(name, _)| is_named_so(name)).map(|(name, _)| folder(&name)).collect(),
        }
    }

    /// The text that a path of a kustomization leads to.
    pub(super) fn file(&self, by: &Kustomization, written: &str) -> Option<SourceId> {
        self.files.get(&by.path(written.trim())?).copied()
    }
}
