//! Where is a field, or the place where it would be?

use super::{Node, Origin, Value};

/// Where a field is, or would be.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// The value, if it is one piece of text; the key above it, if it is many or nothing; else the nearest key that is written.
    pub origin: Origin,
    /// What of the way is not written; empty where the field is there.
    pub missing: String,
}

impl Node {
    /// The value at a way, as [`Node::spot`] takes it, where it is written.
    pub fn find(&self, way: &str) -> Option<&Self> {
        let (mut node, mut rest) = (self, way);
        while !rest.is_empty() {
            (node, _, rest) = step(node, rest)?;
        }
        Some(node)
    }

    /// The spot of a field by its way, with dots between keys: `spec.hard.requests.nvidia.com/gpu`. Dots in keys need
    /// no sign: the longest key that fits is taken.
    pub fn spot(&self, way: &str) -> Spot {
        let mut node = self;
        let mut rest = way;
        let mut origin = first_key(self);
        while !rest.is_empty() {
            match step(node, rest) {
                Some((next, key, after)) => {
                    let is_text = matches!(next.value, Value::Scalar(_)) && next.origin.end > next.origin.start;
                    origin = if is_text { next.origin } else { key.unwrap_or(first_key(next)) };
                    node = next;
                    rest = after;
                }
                None => break,
            }
        }
        Spot { origin, missing: rest.to_owned() }
    }
}

/// One step down: the value, its key if it has one, and what is left of the way.
fn step<'a, 'w>(node: &'a Node, way: &'w str) -> Option<(&'a Node, Option<Origin>, &'w str)> {
    match &node.value {
        Value::Mapping(entries) => {
            let fits = |key: &str| {
                let rest = way.strip_prefix(key)?;
                (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
            };
            let fitting = entries.iter().filter_map(|entry| Some((entry, fits(&entry.key)?)));
            let (entry, rest) = fitting.max_by_key(|(entry, _)| entry.key.len())?;
            Some((&entry.value, Some(entry.key_origin), rest.strip_prefix('.').unwrap_or(rest)))
        }
        Value::Sequence(items) => {
            let (number, rest) = way.strip_prefix('[')?.split_once(']')?;
            let item = items.get(number.parse::<usize>().ok()?)?;
            Some((item, None, rest.strip_prefix('.').unwrap_or(rest)))
        }
        Value::Scalar(_) => None,
    }
}

/// What to point at for a whole mapping or list: its name, or where it begins.
fn first_key(node: &Node) -> Origin {
    match &node.value {
        Value::Mapping(entries) => match entries.iter().find(|entry| entry.key == "name") {
            Some(named) if matches!(named.value.value, Value::Scalar(_)) => named.value.origin,
            _ => entries.first().map_or(node.origin, |entry| entry.key_origin),
        },
        Value::Sequence(items) => items.first().map_or(node.origin, first_key),
        Value::Scalar(_) => node.origin,
    }
}

#[cfg(test)]
mod tests {
    use crate::tree::{Sources, read};

    #[test]
    fn a_field_has_a_spot_even_where_it_is_missing() {
        let text =
            "metadata: {name: llama}\nspec:\n  hard: {requests.nvidia.com/gpu: 2}\n  list:\n  - name: a\n    b: {}\n";
        let mut sources = Sources::default();
        let id = sources.add("llama.yaml", text);
        let (documents, _) = read(&sources, id);
        for (way, slice, missing) in [
            ("spec.hard.requests.nvidia.com/gpu", "2", ""),
            ("spec.hard", "hard", ""),
            ("spec.list[0].b", "b", ""),
            ("spec.list[0].image", "a", "image"),
            ("spec.list[1].image", "list", "[1].image"),
            ("status.phase", "metadata", "status.phase"),
        ] {
            let spot = documents[0].spot(way);
            let found = &text[spot.origin.start as usize..spot.origin.end as usize];
            assert_eq!((found, spot.missing.as_str()), (slice, missing), "{way}");
        }
    }
}
