//! How does anybody's YAML become objects, with nothing lost unseen?

use std::path::Path;

use super::kustomization::{self, Kustomization};
use super::kustomize;
use super::template::is_template;
use crate::bundle::{Custom, Object};
use crate::k8s::ObjectMeta;
use crate::tree::{self, Fault, FaultKind, Node, Origin, SourceId, Sources, Value};

/// What texts hold.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The objects, in the order in which they were written.
    pub objects: Vec<Written>,
    /// Documents that are no objects: values of charts, and whatever else is YAML.
    pub others: Vec<Node>,
    /// What is wrong with the texts, and with the fields of objects.
    pub faults: Vec<Fault>,
    /// Texts that are templates of manifests, not manifests.
    pub templates: Vec<SourceId>,
    /// How many documents only change objects: patches of kustomizations.
    pub patches: usize,
    /// The texts that hold kustomizations, each with the texts that it lists, itself or through others.
    pub reached: Vec<(SourceId, Vec<SourceId>)>,
    pub(super) kustomizations: Vec<Kustomization>,
    pub(super) sources: Vec<SourceId>,
}

/// An object, and how it was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// What it is.
    pub object: Object,
    /// Every value of it with its place.
    pub tree: Node,
}

/// So often reading begins again behind a document that cannot be read.
const MAX_BROKEN: usize = 20;

/// More objects than any kustomization generates.
const MOST_INSIDE: usize = 64;

impl Manifests {
    /// Reads all documents of a source.
    pub fn read(&mut self, sources: &Sources, id: SourceId) {
        self.sources.push(id);
        // Variables for a kustomization, which asks for them.
        if Path::new(&sources.get(id).name).extension().is_some_and(|ending| ending == "env") {
            return;
        }
        let (documents, faults) = read_all(sources, id);
        let source = sources.get(id);
        let text = &source.text;
        if is_template(text, &documents, &faults) {
            self.templates.push(id);
            return;
        }
        let is_kustomization = kustomization::is_named_so(&source.name);
        if documents.iter().all(|document| !is_object(document)) && !is_kustomization && !looks_like_a_manifest(text) {
            self.others.extend(documents.into_iter().filter(|document| !document.is_null()));
            self.faults.extend(faults.into_iter().filter(|fault| fault.kind == FaultKind::Limit));
            return;
        }
        self.faults.extend(faults);
        for document in documents {
            if is_kustomization || kustomization::is_of_kind(&document) {
                self.kustomizations.extend(Kustomization::of(&document, &source.name));
            }
            if is_kustomization && !is_object(&document) && !document.is_null() {
                let object = kustomization::object(metadata(&document));
                self.objects.push(Written { object, tree: document });
            } else {
                self.add(document, text);
            }
        }
    }

    /// Does what the kustomizations among the texts say, once all texts are read.
    pub fn kustomize(&mut self, sources: &Sources) {
        if !self.kustomizations.is_empty() {
            kustomize::apply(self, sources);
        }
    }

    /// The object that a place is in.
    pub fn object_at(&self, at: Origin) -> Option<usize> {
        let place = |origin: Origin| (origin.source.0, origin.start);
        let behind = self.objects.partition_point(|written| place(written.tree.origin) <= place(at));
        // What a kustomization generates stands inside of it.
        let before = (0..behind).rev().take(MOST_INSIDE);
        before
            .map(|number| (number, self.objects[number].tree.origin))
            .find_map(|(number, origin)| (origin.source == at.source && at.start <= origin.end).then_some(number))
    }

    fn add(&mut self, document: Node, text: &str) {
        if document.is_null() {
            return;
        }
        let word = |key: &str| document.get(key).and_then(Node::text).unwrap_or_default();
        let kind = word("kind");
        if kind == "List" || (kind.ends_with("List") && document.get("items").is_some()) {
            let items = document.into_entries().into_iter().find(|entry| entry.key == "items");
            if let Some(Value::Sequence(items)) = items.map(|entry| entry.value.value) {
                for item in items {
                    self.add(item, text);
                }
            }
            return;
        }
        if !is_object(&document) {
            return self.others.push(document);
        }
        let (object, faults) = object_of(&document);
        self.faults.extend(faults.into_iter().filter(|fault| !is_about_a_variable(fault, text)));
        match object {
            Some(object) => self.objects.push(Written { object, tree: document }),
            None => self.others.push(document),
        }
    }
}

/// All documents of a source: what comes behind one that cannot be read is read as well.
fn read_all(sources: &Sources, id: SourceId) -> (Vec<Node>, Vec<Fault>) {
    let (mut documents, mut faults) = tree::read(sources, id);
    let source = sources.get(id);
    if source.broken.is_some() {
        return (documents, faults);
    }
    let mut from = 0;
    for _ in 0..MAX_BROKEN {
        let broken = faults.iter().rfind(|fault| fault.kind == FaultKind::Syntax && fault.ends_the_text);
        let Some((at, _)) = broken.and_then(|fault| fault.places.first()) else { break };
        let at = (at.start as usize).max(from);
        let Some(next) = source.text.get(at..).and_then(|rest| rest.find("\n---")) else { break };
        if at + next <= from {
            break;
        }
        from = at + next;
        let (more, new) = tree::read_part(sources, id, from..source.text.len());
        let again = new.iter().any(|fault| fault.ends_the_text);
        documents.extend(more);
        faults.extend(new);
        if !again {
            break;
        }
    }
    (documents, faults)
}

/// An object, and what is wrong with its fields; nothing where it cannot be read at all.
pub fn object_of(document: &Node) -> (Option<Object>, Vec<Fault>) {
    let word = |key: &str| document.get(key).and_then(Node::text).unwrap_or_default();
    let (api_version, kind) = (word("apiVersion"), word("kind"));
    tree::decode_as_kubectl(document, |from| Object::read(api_version, kind, from))
        .unwrap_or_else(|| (Some(Custom::read(api_version, kind, metadata(document)).into()), Vec::new()))
}

/// Whether a document says what it is.
fn is_object(document: &Node) -> bool {
    document.get("apiVersion").is_some() && document.get("kind").is_some()
}

/// Whether a text is meant to hold objects, even if it cannot be read. What a script of a pipeline holds stands deeper.
fn looks_like_a_manifest(text: &str) -> bool {
    if text.starts_with(['{', '[']) {
        return text.contains("\"apiVersion\"") && text.contains("\"kind\"");
    }
    let starts = |key: &str, deepest: usize| {
        text.lines().any(|line| {
            let bare = line.trim_start_matches([' ', '-']);
            line.len() - bare.len() <= deepest && bare.starts_with(key)
        })
    };
    (starts("apiVersion:", 0) && starts("kind:", 4)) || (starts("kind:", 0) && starts("apiVersion:", 4))
}

/// Whether a value is wrong only because it is a variable that another tool replaces: `${REPLICAS}`.
pub fn is_about_a_variable(fault: &Fault, text: &str) -> bool {
    let slice = |at: &Origin| text.get(at.start as usize..at.end as usize).unwrap_or_default();
    matches!(fault.kind, FaultKind::Mismatch | FaultKind::ReadDifferently)
        && fault.places.first().is_some_and(|(at, _)| {
            let slice = slice(at);
            slice.contains("${") || slice.contains("$(") || slice.contains("{{") || slice.starts_with('$')
        })
}

/// The name, namespace, labels and annotations of an object of an unknown kind.
fn metadata(document: &Node) -> ObjectMeta {
    let Some(written) = document.get("metadata") else { return ObjectMeta::default() };
    let text = |key: &str| written.get(key).and_then(Node::text).map(str::to_owned);
    let pairs = |key: &str| {
        let entries = written.get(key)?.entries();
        Some(entries.iter().filter_map(|e| Some((e.key.to_string(), e.value.text()?.to_owned()))).collect())
    };
    ObjectMeta {
        name: text("name"),
        namespace: text("namespace"),
        labels: pairs("labels"),
        annotations: pairs("annotations"),
        ..ObjectMeta::default()
    }
}
