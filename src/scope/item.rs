//! What is an object, and what stands beside it?

use std::collections::BTreeMap;

use k8s_openapi::serde_json;

use crate::bundle::Object;
use crate::tree::Node;

/// The trees of objects that were made and have no type: what rules see of them.
///
/// # Panics
/// Never: what is made here has no keys but text.
pub fn trees<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<Option<Node>> {
    let tree = |object: &Object| match object {
        Object::Custom(_) => Some(Node::made(&serde_json::to_value(object).expect("objects have no keys but text"))),
        _ => None,
    };
    objects.map(tree).collect()
}

/// An object among others.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// Its place among the objects.
    pub number: usize,
    /// What it is.
    pub object: &'a Object,
    /// How it was written; none for an object that was not read from a text.
    pub tree: Option<&'a Node>,
    /// The text that it stands in.
    pub(super) file: usize,
    /// The folder of that text.
    pub(super) folder: usize,
}

impl<'a> Item<'a> {
    /// Its `metadata.name`; empty where there is none.
    pub fn name(self) -> &'a str {
        self.object.metadata().name.as_deref().unwrap_or_default()
    }

    /// Its `metadata.namespace`, if it says one.
    pub fn namespace(self) -> Option<&'a str> {
        self.object.metadata().namespace.as_deref()
    }

    /// Its labels.
    pub fn labels(self) -> Option<&'a BTreeMap<String, String>> {
        self.object.metadata().labels.as_ref()
    }

    /// The value of an annotation.
    pub fn annotation(self, key: &str) -> Option<&'a str> {
        self.object.metadata().annotations.as_ref()?.get(key).map(String::as_str)
    }

    /// The value at a way of keys in what was written: `item.at(&["spec", "timeout"])`.
    pub fn at(self, keys: &[&str]) -> Option<&'a Node> {
        keys.iter().try_fold(self.tree?, |node, key| node.get(key))
    }

    /// Whether both stand in one text.
    pub fn is_beside(self, other: Self) -> bool {
        self.file == other.file
    }

    /// Whether both stand in texts of one folder.
    pub fn is_near(self, other: Self) -> bool {
        self.folder == other.folder
    }

    /// Whether both may be in one namespace: an object that says none goes where the others go.
    pub fn may_meet(self, other: Self) -> bool {
        match (self.namespace(), other.namespace()) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }
}
