//! What do kustomizations make of the objects of the files that they list?

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change;
use super::read::{Manifests, Written};
use crate::bundle::{Custom, Object};
use crate::k8s::ObjectMeta;
use crate::tree::{self, Node, SourceId, Sources, Value};

/// A `kustomization.yaml`.
#[derive(Debug)]
pub(super) struct Kustomization {
    /// The folder that its paths begin in.
    folder: String,
    tree: Node,
}

/// No kustomization uses others that deep.
const DEEPEST: usize = 16;

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
    let (api_version, kind) = ("kustomize.config.k8s.io/v1beta1".to_owned(), "Kustomization".to_owned());
    Object::Custom(Box::new(Custom { api_version, kind, metadata }))
}

impl Kustomization {
    /// A document as a kustomization; nothing for what is no mapping.
    pub(super) fn of(document: &Node, name: &str) -> Option<Self> {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_mapping = matches!(document.value, Value::Mapping(_));
        is_mapping.then(|| Self { folder: folder.to_owned(), tree: document.clone() })
    }

    fn list(&self, key: &str) -> &[Node] {
        self.tree.get(key).map_or(&[], Node::items)
    }

    fn path(&self, written: &str) -> Option<String> {
        let is_remote = written.contains("://") || written.starts_with('/') || written.contains('?');
        (!is_remote).then(|| normal(&format!("{}/{written}", if self.folder.is_empty() { "." } else { &self.folder })))
    }

    /// Patches: what each is for, and where it stands: in a file, or in the kustomization.
    fn patches(&self) -> impl Iterator<Item = (Option<&Node>, &Node)> {
        let written = ["patches", "patchesJson6902"].into_iter().flat_map(|key| self.list(key));
        let written =
            written.filter_map(|patch| Some((patch.get("target"), patch.get("path").or(patch.get("patch"))?)));
        let merged = self.list("patchesStrategicMerge").iter().map(|patch| (None, patch));
        written.chain(merged)
    }
}

/// A path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Where texts and kustomizations are.
struct Places {
    files: HashMap<String, SourceId>,
    folders: HashMap<String, usize>,
}

/// Takes patches out of the objects, and does to the others what the kustomizations say where it is clear which.
pub(super) fn apply(manifests: &mut Manifests, sources: &Sources) {
    let all = std::mem::take(&mut manifests.kustomizations);
    let places = Places {
        files: manifests.sources.iter().map(|id| (normal(&sources.get(*id).name), *id)).collect(),
        folders: all.iter().enumerate().map(|(at, kustomization)| (normal(&kustomization.folder), at)).collect(),
    };
    let bodies = take_patches(manifests, &all, &places);
    let mut used_by: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for at in 0..all.len() {
        let mut found = BTreeMap::new();
        reach(&all, at, &places, 0, &mut BTreeSet::new(), &mut found);
        for (source, depth) in found {
            used_by.entry(source).or_default().push((depth, at));
        }
    }
    for users in used_by.values_mut() {
        users.sort_unstable();
        // From two of the same depth on it is not clear which of them is meant.
        let clear = users.windows(2).position(|pair| pair[0].0 == pair[1].0);
        users.truncate(clear.unwrap_or(users.len()));
    }
    for written in &mut manifests.objects {
        let users = used_by.get(&written.tree.origin.source.0).map_or(&[][..], Vec::as_slice);
        for (_, at) in users {
            use_on(written, &all[*at], &places, &bodies, sources);
        }
    }
}

/// The patches in files, by file; they are no objects any more.
fn take_patches(manifests: &mut Manifests, all: &[Kustomization], places: &Places) -> HashMap<u32, Vec<Node>> {
    let paths = all
        .iter()
        .flat_map(|kustomization| kustomization.patches().filter_map(|(_, at)| kustomization.path(at.text()?.trim())));
    let files: BTreeSet<u32> = paths.filter_map(|path| places.files.get(&path)).map(|id| id.0).collect();
    let mut bodies: HashMap<u32, Vec<Node>> = HashMap::new();
    let objects = std::mem::take(&mut manifests.objects);
    let (patches, objects): (Vec<_>, Vec<_>) =
        objects.into_iter().partition(|written| files.contains(&written.tree.origin.source.0));
    let others = std::mem::take(&mut manifests.others);
    let (steps, others): (Vec<_>, Vec<_>) = others.into_iter().partition(|node| files.contains(&node.origin.source.0));
    manifests.objects = objects;
    manifests.others = others;
    manifests.patches = patches.len() + steps.len();
    for tree in patches.into_iter().map(|written| written.tree).chain(steps) {
        bodies.entry(tree.origin.source.0).or_default().push(tree);
    }
    bodies
}

/// The texts that a kustomization lists, itself or through others, with how many are between.
fn reach(
    all: &[Kustomization],
    at: usize,
    places: &Places,
    depth: usize,
    seen: &mut BTreeSet<usize>,
    found: &mut BTreeMap<u32, usize>,
) {
    if depth > DEEPEST || !seen.insert(at) {
        return;
    }
    let listed = ["resources", "bases", "components"].into_iter().flat_map(|key| all[at].list(key));
    for path in listed.filter_map(|path| all[at].path(path.text()?)) {
        if let Some(id) = places.files.get(&path) {
            found.entry(id.0).or_insert(depth);
        } else if let Some(next) = places.folders.get(&path) {
            reach(all, *next, places, depth + 1, seen, found);
        }
    }
}

fn use_on(
    written: &mut Written,
    by: &Kustomization,
    places: &Places,
    bodies: &HashMap<u32, Vec<Node>>,
    sources: &Sources,
) {
    for (target, place) in by.patches() {
        let file = place.text().and_then(|path| by.path(path.trim())).and_then(|path| places.files.get(&path));
        let inline = if file.is_none() { tree::read_block(sources, place) } else { None };
        let bodies = file.and_then(|id| bodies.get(&id.0)).map_or(&[][..], Vec::as_slice);
        for body in bodies.iter().chain(&inline) {
            change::patch(written, target, body);
        }
    }
    let namespace =
        by.tree.get("namespace").and_then(Node::text).filter(|name| !name.is_empty() && !name.contains('$'));
    if let Some(namespace) = namespace {
        change::set_namespace(&mut written.object, namespace);
    }
    for image in by.list("images") {
        change::set_image(&mut written.object, image);
    }
}
