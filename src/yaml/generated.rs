//! Which `ConfigMap`s do kustomizations make, and what is in them?

use super::kustomization::{Kustomization, Places};
use super::kustomize::Reached;
use super::read::{Manifests, Written, object_of};
use crate::tree::{Entry, Node, Origin, Path, Scalar, Sources, Step, Style, Value};

/// The annotation of kustomize for what gets a hash of its contents into its name.
const HASHED: &str = "kustomize.config.k8s.io/needs-hash";

/// Adds what the kustomizations generate to the objects, and changes what they change of it.
pub(super) fn add(
    manifests: &mut Manifests,
    all: &[Kustomization],
    reached: &[Reached],
    places: &Places,
    sources: &Sources,
) {
    let mut made: Vec<Written> = Vec::new();
    let mut changes: Vec<(usize, &Node, Vec<Entry>)> = Vec::new();
    for (at, by) in all.iter().enumerate() {
        for generator in by.list("configMapGenerator") {
            let data = data(by, generator, places, sources);
            if matches!(generator.get("behavior").and_then(Node::text), Some("merge" | "replace")) {
                changes.push((at, generator, data));
            } else if let Some(tree) = config_map(by, generator, data) {
                made.extend(object_of(&tree).0.map(|object| Written { object, tree }));
            }
        }
    }
    for written in &mut made {
        let name = written.object.metadata().name.clone();
        let is_it = |(at, generator, _): &&(usize, &Node, Vec<Entry>)| {
            generator.get("name").and_then(Node::text) == name.as_deref()
                && generator.origin.source != written.tree.origin.source
                && reached[*at].contains_key(&written.tree.origin.source.0)
        };
        let mut own = changes.iter().filter(is_it);
        // Of several changes it is not clear which is meant.
        let (Some((_, generator, data)), None) = (own.next(), own.next()) else { continue };
        let mut tree = written.tree.clone();
        if generator.get("behavior").and_then(Node::text) == Some("replace")
            && let Value::Mapping(entries) = &mut tree.value
        {
            entries.retain(|entry| entry.key != "data");
        }
        for entry in data {
            let way = Path(vec![Step::Key("data".into()), Step::Key(entry.key.to_string())]);
            // A text as a value does not refuse one.
            let _ = tree.put(&way, entry.key_origin, entry.value.clone());
        }
        if let (Some(object), _) = object_of(&tree) {
            *written = Written { object, tree };
        }
    }
    if !made.is_empty() {
        manifests.objects.extend(made);
        manifests.objects.sort_by_key(|written| (written.tree.origin.source.0, written.tree.origin.start));
    }
}

fn config_map(by: &Kustomization, generator: &Node, data: Vec<Entry>) -> Option<Node> {
    let at = generator.origin;
    let name = generator.get("name")?;
    let options = [generator.get("options"), by.tree.get("generatorOptions")];
    let is_unhashed = options
        .into_iter()
        .flatten()
        .any(|options| options.get("disableNameSuffixHash").and_then(Node::text) == Some("true"));
    let mut metadata = vec![entry("name", name.origin, name.clone())];
    metadata.extend(generator.get("namespace").map(|own| entry("namespace", own.origin, own.clone())));
    if !is_unhashed {
        let hashed = mapping(at, vec![entry(HASHED, at, text(at, "true"))]);
        metadata.push(entry("annotations", at, hashed));
    }
    let entries = vec![
        entry("apiVersion", at, text(at, "v1")),
        entry("kind", at, text(at, "ConfigMap")),
        entry("metadata", at, mapping(at, metadata)),
        entry("data", at, mapping(at, data)),
    ];
    Some(mapping(at, entries))
}

/// The keys and values that a generator takes from its literals and from files that were read.
fn data(by: &Kustomization, generator: &Node, places: &Places, sources: &Sources) -> Vec<Entry> {
    let list = |key: &str| generator.get(key).map_or(&[][..], Node::items);
    let mut data: Vec<Entry> = Vec::new();
    for node in list("literals") {
        let Some((key, value)) = node.text().and_then(|text| text.split_once('=')) else { continue };
        let at = behind(sources, node.origin, key.len() + 1);
        data.push(entry(key.trim(), at, text(at, value.trim_matches(['"', '\'']))));
    }
    for node in list("files") {
        let Some(written) = node.text() else { continue };
        let (key, path) = written.split_once('=').unwrap_or((written.rsplit('/').next().unwrap_or(written), written));
        let file = places.file(by, path).map(|id| sources.get(id).text.as_str());
        data.push(entry(key.trim(), node.origin, text(node.origin, file.unwrap_or("$(a file)"))));
    }
    let own = generator.get("env");
    for file in list("envs").iter().chain(own).filter_map(|node| places.file(by, node.text()?)) {
        let mut start = 0;
        for line in sources.get(file).text.split_inclusive('\n') {
            let bare = line.trim_start();
            let from = start + (line.len() - bare.len());
            start += line.len();
            let Some((key, value)) = bare.trim_end().split_once('=').filter(|(key, _)| !key.starts_with('#')) else {
                continue;
            };
            let from = from + key.len() + 1;
            let place = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
            let at = Origin { source: file, start: place(from), end: place(from + value.len()) };
            data.push(entry(key.trim(), at, text(at, value)));
        }
    }
    data
}

/// What is left of a piece of text behind so many bytes, where it stands there as it is meant.
fn behind(sources: &Sources, at: Origin, bytes: usize) -> Origin {
    let written = sources.get(at.source).text.get(at.start as usize..at.end as usize).unwrap_or_default();
    let is_plain = !written.starts_with(['"', '\'', '|', '>']) && written.len() > bytes;
    Origin { start: if is_plain { at.start + u32::try_from(bytes).unwrap_or(0) } else { at.start }, ..at }
}

fn text(origin: Origin, text: &str) -> Node {
    Node { origin, value: Value::Scalar(Scalar { text: text.into(), style: Style::Quoted }) }
}

fn mapping(origin: Origin, entries: Vec<Entry>) -> Node {
    Node { origin, value: Value::Mapping(entries) }
}

fn entry(key: &str, key_origin: Origin, value: Node) -> Entry {
    Entry { key: key.into(), key_origin, key_style: Style::Quoted, value }
}
