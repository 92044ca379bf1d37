//! Which key is where in a mapping, what do merge keys bring in, and what does a copy of a value weigh?

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use compact_str::CompactString;

use super::{Entry, Node, Style, Value};

/// From how many keys on a mapping's keys are looked up rather than gone through.
const MANY_KEYS: usize = 32;

/// More keys than any object has at its root.
const MAX_ROOT_KEYS: usize = 32;

/// Where each key stands among the entries, once there are many.
#[derive(Default)]
pub(super) struct Places {
    state: RandomState,
    at: HashMap<u64, usize>,
    /// How many entries were looked at.
    known: usize,
}

impl Places {
    /// Where a key stands, without going through many for each.
    pub(super) fn of(&mut self, entries: &[Entry], key: &str) -> Option<usize> {
        let slowly = || entries.iter().position(|entry| entry.key == key);
        if entries.len() < MANY_KEYS {
            return slowly();
        }
        for (at, entry) in entries.iter().enumerate().skip(self.known) {
            self.at.entry(self.state.hash_one(entry.key.as_str())).or_insert(at);
        }
        self.known = entries.len();
        let at = *self.at.get(&self.state.hash_one(key))?;
        if entries[at].key == key { Some(at) } else { slowly() }
    }
}

/// Puts what `<<: *name` stands for in its place, where the mapping has no such key itself; says what that weighs.
pub(super) fn take_in_merged(entries: &mut Vec<Entry>) -> usize {
    let Some(at) = entries.iter().position(|entry| entry.key == "<<" && entry.key_style == Style::Plain) else {
        return 0;
    };
    let merged = match &mut entries[at].value.value {
        Value::Mapping(merged) => std::mem::take(merged),
        Value::Sequence(items) => std::mem::take(items).into_iter().flat_map(Node::into_entries).collect(),
        Value::Scalar(_) => return 0,
    };
    entries.remove(at);
    let mut own: HashSet<CompactString> = entries.iter().map(|entry| entry.key.clone()).collect();
    let mut added = 0;
    for entry in merged {
        if own.insert(entry.key.clone()) {
            added += entry.key.len() + weight(&entry.value);
            entries.push(entry);
        }
    }
    added
}

/// What a copy of a node costs, in bytes of text and about the same for each node.
pub(super) fn weight(node: &Node) -> usize {
    const NODE: usize = 64;
    match &node.value {
        Value::Scalar(scalar) => NODE + scalar.text.len(),
        Value::Sequence(items) => NODE + items.iter().map(weight).sum::<usize>(),
        Value::Mapping(entries) => NODE + entries.iter().map(|e| e.key.len() + weight(&e.value)).sum::<usize>(),
    }
}

/// Whether a key that is there already begins another object: this one is whole, and only `---` is missing.
pub(super) fn begins_another(entries: &[Entry], key: &str) -> bool {
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    matches!(key, "apiVersion" | "kind")
        && entries.len() < MAX_ROOT_KEYS
        && has("apiVersion")
        && has("kind")
        && has("metadata")
}
