//! Would two bundles write the same object?

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::bundle::{Bundle, Object};

/// Which objects have been written, and by whom.
#[derive(Debug, Default)]
pub struct Clashes {
    /// By whom, for each object that there is: as a hash, so that ten thousand profiles need no more than a few MiB.
    written: BTreeMap<u64, usize>,
    who: Vec<String>,
}

/// Two that write the same object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The object: `Service/ollama in namespace llm`.
    pub object: String,
    /// Who writes it first.
    pub first: String,
    /// Who writes it again.
    pub second: String,
}

impl Clashes {
    /// Notes the objects of a bundle; tells the first that somebody else has written to the same `place`: a cluster,
    /// as far as it is known.
    pub fn add(&mut self, bundle: &Bundle, place: &str, who: &str) -> Option<Clash> {
        let own = self.who.len();
        self.who.push(who.to_owned());
        for object in bundle.iter() {
            let name = name(object);
            let mut hash = DefaultHasher::new();
            (place, &name).hash(&mut hash);
            let other = *self.written.entry(hash.finish()).or_insert(own);
            if other != own {
                return Some(Clash { object: name, first: self.who[other].clone(), second: who.to_owned() });
            }
        }
        None
    }
}

fn name(object: &Object) -> String {
    let namespace = object.metadata().namespace.as_ref();
    format!("{}{}", object.reference(), namespace.map_or(String::new(), |name| format!(" in namespace {name}")))
}
