//! Which object of one side is which of the other?

use std::collections::BTreeMap;

use super::set::{Key, Set, Thing};

/// An object on both sides, or on one.
pub(super) enum Pair<'s> {
    Both(&'s Thing, &'s Thing),
    /// Another name for what takes the place of the old object.
    Replaced(&'s Thing, &'s Thing),
    Removed(&'s Thing),
    Added(&'s Thing),
}

/// All pairs, in the order of namespaces, kinds and names.
pub(super) fn pairs<'s>(old: &'s Set<'_>, new: &'s Set<'_>) -> Vec<Pair<'s>> {
    let mut gone: BTreeMap<&Key, &Thing> = BTreeMap::new();
    let mut found: BTreeMap<&Key, Pair<'s>> = BTreeMap::new();
    for (key, thing) in &old.things {
        match new.things.get(key) {
            Some(other) => drop(found.insert(key, Pair::Both(thing, other))),
            None => drop(gone.insert(key, thing)),
        }
    }
    let come: BTreeMap<&Key, &Thing> = new.things.iter().filter(|(key, _)| !old.things.contains_key(*key)).collect();
    for (key, thing) in &come {
        let alike = |other: &Key| stem(other).is_some() && stem(other) == stem(key);
        let before: Vec<&Key> = gone.keys().copied().filter(|other| alike(other)).collect();
        let pair = match before[..] {
            [one] if come.keys().filter(|other| alike(other)).count() == 1 => {
                gone.remove(one).map_or(Pair::Added(thing), |old| Pair::Replaced(old, thing))
            }
            _ => Pair::Added(thing),
        };
        found.insert(key, pair);
    }
    found.extend(gone.into_iter().map(|(key, thing)| (key, Pair::Removed(thing))));
    found.into_values().collect()
}

/// What stays of a name that has a hash of its content at its end: of a Job, which cannot change, of any length; of
/// what kustomize generates, ten characters.
fn stem(key: &Key) -> Option<(&Option<String>, &str, &str, &str)> {
    let (stem, hash) = key.name.rsplit_once('-')?;
    let is_hashed = match key.kind.as_str() {
        "Job" => !hash.is_empty(),
        "ConfigMap" | "Secret" => hash.len() == 10 && hash.bytes().all(|byte| byte.is_ascii_alphanumeric()),
        _ => false,
    };
    is_hashed.then_some((&key.namespace, &key.kind, &key.group, stem))
}
