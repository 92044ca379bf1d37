//! What is known of nodes: the labels that they have.

use super::NODE_LABELS;

/// Labels that nodes have, by what puts them there.
#[derive(Debug)]
pub struct NodeLabels {
    /// What all of them begin with: `nvidia.com/`.
    pub prefix: &'static str,
    /// What stands behind it.
    pub names: &'static [&'static str],
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// All labels that are known, whole.
pub fn node_labels() -> impl Iterator<Item = String> {
    NODE_LABELS.iter().flat_map(|row| row.names.iter().map(|name| format!("{}{name}", row.prefix)))
}

/// Whether a label is one of them.
pub fn is_node_label(key: &str) -> bool {
    NODE_LABELS.iter().any(|row| key.strip_prefix(row.prefix).is_some_and(|name| row.names.contains(&name)))
}
