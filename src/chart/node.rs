//! How are trees put together of what is written, and of what nobody wrote?

use crate::tree::{Entry, Node, Origin, Scalar, Style, Value};

/// A text at a place.
pub(super) fn scalar(text: &str, origin: Origin) -> Node {
    Node { origin, value: Value::Scalar(Scalar { text: text.into(), style: Style::Quoted }) }
}

/// A text that nobody wrote.
pub(super) fn made(text: &str) -> Node {
    scalar(text, Origin::NOWHERE)
}

/// A key with its place and value.
pub(super) fn entry(key: &str, key_origin: Origin, value: Node) -> Entry {
    Entry { key: key.into(), key_origin, key_style: Style::Quoted, value }
}

/// A mapping that nobody wrote, of values that somebody may have written.
pub(super) fn mapping<const N: usize>(entries: [(&str, Node); N]) -> Node {
    let entries = entries.into_iter().map(|(key, value)| entry(key, value.origin, value)).collect();
    Node { origin: Origin::NOWHERE, value: Value::Mapping(entries) }
}

/// A list that nobody wrote.
pub(super) fn list(items: Vec<Node>) -> Node {
    Node { origin: Origin::NOWHERE, value: Value::Sequence(items) }
}

/// A mapping with the entries of another one behind its own.
pub(super) fn with(mut node: Node, more: Option<&Node>) -> Node {
    if let Value::Mapping(entries) = &mut node.value {
        entries.extend(more.map_or(&[][..], Node::entries).iter().cloned());
    }
    node
}
