//! How does anybody's YAML become a bundle, with nothing lost unseen?

use k8s_openapi::serde_json::{self, Value as Json};

use crate::bundle::{Bundle, Commented, Object};
use crate::tree::{self, Fault, Node, SourceId, Sources, Value};

/// What a text holds.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The objects of known kinds.
    pub bundle: Bundle,
    /// Documents of other kinds, by kind.
    pub others: Vec<String>,
    /// What could not be read, and fields that the objects lost: Kubernetes does not know them.
    pub faults: Vec<Fault>,
}

/// Reads all documents of a source.
pub fn read(sources: &Sources, id: SourceId) -> Manifests {
    let (documents, faults) = tree::read(sources, id);
    let mut manifests = Manifests { faults, ..Manifests::default() };
    for document in documents {
        add(&document, &mut manifests);
    }
    manifests
}

fn add(document: &Node, manifests: &mut Manifests) {
    if document.is_null() {
        return;
    }
    let word = |key: &str| document.get(key).and_then(Node::text).unwrap_or_default();
    if word("kind") == "List" {
        if let Some(Node { value: Value::Sequence(items), .. }) = document.get("items") {
            for item in items {
                add(item, manifests);
            }
        }
        return;
    }
    match tree::decode_with(document, |from| Object::read(word("apiVersion"), word("kind"), from)) {
        None => manifests.others.push(word("kind").to_owned()),
        Some(Err(fault)) => manifests.faults.push(fault),
        Some(Ok(object)) => {
            lost_fields(document, &object, &mut manifests.faults);
            manifests.bundle.objects.push(Commented { object, comments: Vec::new() });
        }
    }
}

/// k8s-openapi drops what it does not know: whatever is not there any more is told.
fn lost_fields(written: &Node, object: &Object, faults: &mut Vec<Fault>) {
    let kept = serde_json::to_value(object).expect("objects have no keys but text");
    compare(written, &kept, faults);
}

fn compare(written: &Node, kept: &Json, faults: &mut Vec<Fault>) {
    match (&written.value, kept) {
        (Value::Mapping(entries), Json::Object(fields)) => {
            for entry in entries {
                match fields.get(&entry.key) {
                    Some(kept) => compare(&entry.value, kept, faults),
                    None if entry.value.is_null() => {}
                    None => faults.push(Fault::new(
                        entry.key_origin,
                        format!("Kubernetes knows no `{}` here", entry.key),
                        "",
                    )),
                }
            }
        }
        (Value::Sequence(items), Json::Array(kept)) => {
            items.iter().zip(kept).for_each(|(item, kept)| compare(item, kept, faults));
        }
        _ => {}
    }
}
