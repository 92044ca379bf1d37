//! How are lists and mappings gone through?

use serde::de::value::StrDeserializer;
use serde::de::{self, IntoDeserializer};

use super::error::{Error, Kind};
use super::{Located, Of};
use crate::tree::{Entry, Node, Step};

/// The elements of a list.
pub(super) struct Items<'a> {
    pub(super) items: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
    pub(super) of: Located<'a>,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let of = self.of;
        let Some((index, node)) = self.items.find(|(_, node)| !of.is_passed_over(node.origin)) else { return Ok(None) };
        seed.deserialize(Located { node, of: Of { entry: of.of.entry, ..Of::default() }, ..of })
            .map(Some)
            .map_err(|error| error.below(Step::Index(index)))
    }

    /// At most so many; a list is then no larger than it must be.
    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The entries of a mapping.
pub(super) struct Entries<'a> {
    pub(super) left: std::slice::Iter<'a, Entry>,
    pub(super) value: Option<&'a Entry>,
    pub(super) of: Located<'a>,
    /// The type that is read, and its fields.
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static str],
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let of = self.of;
        let written = |entry: &&Entry| !of.is_passed_over(entry.key_origin) && !of.is_passed_over(entry.value.origin);
        let Some(entry) = self.left.find(written) else { return Ok(None) };
        self.value = Some(entry);
        if let Some(notes) = of.notes {
            notes.key(entry, self.fields.is_empty());
        }
        let key: StrDeserializer<'_, Error> = entry.key.as_str().into_deserializer();
        let in_key = |error: Error| error.or_at(entry.key_origin).below(Step::Key(entry.key.to_string()));
        seed.deserialize(key).map(Some).map_err(in_key)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let entry = self.value.take().ok_or_else(|| Error::new(Kind::Other("a value without a key".into())))?;
        let of = Of { entry: Some(entry), type_name: self.name, fields: self.fields };
        let value = Located { node: &entry.value, of, ..self.of };
        seed.deserialize(value).map_err(|error| error.below(Step::Key(entry.key.to_string())))
    }
}
