//! In which order do people want to read the keys of a tree that has no types any more?

use k8s_openapi::serde_json::Value;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// What comes first, in this order, and what comes last; everything else is between, by the alphabet.
const FIRST: [&str; 22] = [
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "namespace",
    "labels",
    "annotations",
    "releaseName",
    "chart",
    "version",
    "sourceRef",
    "target",
    "fullnameOverride",
    "replicaCount",
    "image",
    "repository",
    "tag",
    "imagePullPolicy",
    "command",
    "interval",
    "timeout",
    "path",
];
const LAST: [&str; 6] = ["postRenderers", "values", "initContainers", "containers", "volumeMounts", "volumes"];

/// A tree with its keys in that order.
pub(super) struct Readable<'a>(pub(super) &'a Value);

impl Serialize for Readable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(fields) => {
                let mut keys: Vec<&String> = fields.keys().collect();
                keys.sort_by_key(|key| rank(key));
                let mut map = serializer.serialize_map(Some(keys.len()))?;
                for key in keys {
                    map.serialize_entry(key, &Readable(&fields[key]))?;
                }
                map.end()
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Readable(item))?;
                }
                list.end()
            }
            other => other.serialize(serializer),
        }
    }
}

/// Where a key stands among its siblings; those of one rank are sorted already.
fn rank(key: &str) -> usize {
    let last = || LAST.iter().position(|known| *known == key).map(|at| FIRST.len() + 1 + at);
    FIRST.iter().position(|known| *known == key).or_else(last).unwrap_or(FIRST.len())
}
