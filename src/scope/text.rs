//! Which object has a place in a text, and is it about Ollama?

use super::about::names_ollama;
use super::{About, Item, Scope};
use crate::bundle::Object;
use crate::tree::{Fault, FaultKind, Node, Origin};

impl<'a> Scope<'a> {
    /// The object that a place is in, of those that are written.
    pub fn item_at(&self, at: Origin) -> Option<Item<'a>> {
        let place = |origin: Origin| (origin.source.0, origin.start);
        let begins = |item: &Item<'a>| item.tree.map(|tree| place(tree.origin));
        let behind = self.items[..self.written].partition_point(|item| begins(item) <= Some(place(at)));
        // What a kustomization generates stands inside of it.
        let before = self.items[..behind].iter().rev().take(64);
        before
            .copied()
            .find(|item| item.tree.is_some_and(|tree| tree.origin.source == at.source && at.start <= tree.origin.end))
    }

    /// Whether an object has to do with Ollama: its pods have, it stands beside such pods or is mounted by them, or
    /// its text says the name.
    pub fn concerns_ollama(&self, item: Item<'a>) -> bool {
        let says = || item.tree.is_some_and(|tree| self.says_ollama(tree.origin));
        if let Some(workload) = self.workload(item) {
            // What could not be read may be what runs the server.
            let is_seen =
                !workload.seats.is_empty() && workload.seats.iter().all(|seat| seat.container.image.is_some());
            return workload.about != About::Other || !is_seen && says();
        }
        says()
            || self.users(item).iter().any(|workload| workload.about != About::Other)
            || self.workloads().any(|workload| workload.item.is_beside(item))
            || self.reaches_ollama(item)
            || self.holds_models(item)
    }

    /// Whether volumes for models are made by this class.
    fn holds_models(&self, item: Item<'a>) -> bool {
        let named = || {
            let claims = self.model_claims().into_iter().filter_map(|claimed| claimed.claim.spec.as_ref());
            claims.into_iter().any(|spec| spec.storage_class_name.as_deref() == Some(item.name()))
        };
        match item.object {
            Object::StorageClass(_) => self.model_classes().iter().any(|(class, _)| class.number == item.number),
            // One that could not be read as what it is.
            Object::Custom(custom) if custom.kind == "StorageClass" => {
                named() || self.workloads().any(|workload| workload.item.is_near(item))
            }
            _ => false,
        }
    }

    /// Whether a text says the name of Ollama.
    pub fn says_ollama(&self, part: Origin) -> bool {
        let text = self.sources.map_or("", |sources| sources.get(part.source).text.as_str());
        names_ollama(text.get(part.start as usize..(part.end as usize).min(text.len())).unwrap_or_default())
    }

    /// The faults of a kind in texts and objects that have to do with Ollama, each with its object.
    pub fn faults_of(&self, kind: FaultKind) -> Vec<(Option<Item<'a>>, Origin, &'a Fault)> {
        let of_kind = self.faults.iter().filter(move |fault| fault.kind == kind);
        let placed = of_kind.filter_map(|fault| Some((fault.places.first()?.0, fault)));
        placed
            .filter_map(|(at, fault)| {
                let item = self.item_at(at);
                // What cannot be read, or is not there, may be about anything.
                let concerns = matches!(kind, FaultKind::Syntax | FaultKind::Limit)
                    || kind == FaultKind::NotThere && self.workloads().next().is_some()
                    || match item {
                        Some(item) => self.concerns_ollama(item),
                        None => self.says_ollama(Origin { start: 0, end: u32::MAX, ..at }),
                    };
                concerns.then_some((item, at, fault))
            })
            .collect()
    }

    /// The folders of all texts that hold objects.
    pub fn folders(&self) -> Vec<&'a str> {
        let mut folders: Vec<&str> = self.items().iter().map(|item| self.folder_of(*item)).collect();
        folders.sort_unstable();
        folders.dedup();
        folders
    }

    /// The folder of the text that an object stands in.
    pub fn folder_of(&self, item: Item<'a>) -> &'a str {
        item.tree.map_or("", |tree| self.file_of(tree).1)
    }

    /// The name of the text that a node stands in, without its folder.
    pub fn file_name(&self, node: &Node) -> &'a str {
        self.file_of(node).0
    }

    /// The name of the text that a node stands in, and its folder.
    pub(super) fn file_of(&self, node: &Node) -> (&'a str, &'a str) {
        let name = self.sources.map_or("", |sources| sources.get(node.origin.source).name.as_str());
        name.rsplit_once('/').map_or((name, ""), |(folder, file)| (file, folder))
    }
}
