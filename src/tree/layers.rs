//! What do several layers say together: later ones win.

use super::{Node, Value};

/// `base` with `over` laid on it: mappings merge, lists and scalars replace, null goes back to the default.
///
/// Every value keeps its own origin, so a fault points into the layer it came from.
#[must_use]
pub fn merge(base: Node, over: Node) -> Node {
    match (base, over) {
        (Node { value: Value::Mapping(mut entries), origin }, Node { value: Value::Mapping(over), .. }) => {
            for entry in over {
                match entries.iter().position(|known| known.key == entry.key) {
                    Some(at) => {
                        let known = entries.remove(at);
                        let key_origin = if is_mapping(&known.value) && is_mapping(&entry.value) {
                            known.key_origin
                        } else {
                            entry.key_origin
                        };
                        let super::Entry { key, key_style, value, .. } = known;
                        let value = merge(value, entry.value);
                        entries.insert(at, super::Entry { key, key_origin, key_style, value });
                    }
                    None => entries.push(entry),
                }
            }
            Node { origin, value: Value::Mapping(entries) }
        }
        (_, over) => over,
    }
}

fn is_mapping(node: &Node) -> bool {
    matches!(node.value, Value::Mapping(_))
}

impl Node {
    /// Without the keys whose value is null: they ask for the default.
    #[must_use]
    pub fn without_nulls(mut self) -> Self {
        self.drop_nulls();
        self
    }

    fn drop_nulls(&mut self) {
        match &mut self.value {
            Value::Mapping(entries) => {
                entries.retain(|entry| !entry.value.is_null());
                for entry in entries {
                    entry.value.drop_nulls();
                }
            }
            Value::Sequence(items) => items.iter_mut().for_each(Self::drop_nulls),
            Value::Scalar(_) => {}
        }
    }
}
