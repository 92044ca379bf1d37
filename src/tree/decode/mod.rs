//! How does a tree become a typed value, with every fault of it told at once?
//!
//! Serde stops at the first error. Here the faulty value is then passed over, so that its default takes its
//! place, and the whole is read again, until nothing is left to tell: every field of a profile has a default.

mod access;
mod bare;
mod error;
mod notes;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};

use super::{Entry, Fault, FaultKind, Node, Origin, Scalar, Style, Value};
use access::{Entries, Items};
use bare::Bare;
pub use bare::Reading;
pub use error::nearest;
use error::{Error, Kind};
use notes::Notes;

/// More faults than anybody reads at once.
const MAX_FAULTS: usize = 20;

/// The tree as a `T`.
///
/// # Errors
/// Everything that keeps it from being one, in the order of the text.
pub fn decode<T: DeserializeOwned>(node: &Node) -> Result<T, Vec<Fault>> {
    let mut passed_over = Vec::new();
    let mut faults = Vec::new();
    loop {
        let located = Located { node, passed_over: &passed_over, notes: None, of: Of::default() };
        let error = match T::deserialize(located) {
            Ok(value) if faults.is_empty() => return Ok(value),
            Ok(_) => break,
            Err(error) => error,
        };
        let at = error.at.unwrap_or(node.origin);
        if !error.follows {
            faults.push(error.into_fault(at));
        }
        if faults.len() == MAX_FAULTS || at == node.origin || passed_over.contains(&at) {
            break;
        }
        passed_over.push(at);
    }
    faults.sort_by_key(|fault: &Fault| fault.places.first().map(|(at, _)| at.start));
    Err(faults)
}

/// Reads a manifest by a reader that may not know its kind: as kubectl reads it, and with everything told that the
/// API server refuses. What cannot be read counts as not written; nothing is left where that is all of it.
pub fn decode_as_kubectl<T>(
    node: &Node,
    read: impl Fn(Located<'_>) -> Option<Result<T, Error>>,
) -> Option<(Option<T>, Vec<Fault>)> {
    let mut passed_over = Vec::new();
    let mut mismatches = Vec::new();
    let (value, notes) = loop {
        let notes = Notes::default();
        let located = Located { node, passed_over: &passed_over, notes: Some(&notes), of: Of::default() };
        let error = match read(located)? {
            Ok(value) => break (Some(value), notes),
            Err(error) => error,
        };
        let at = error.at.unwrap_or(node.origin);
        if !error.follows {
            mismatches.push(error.into_fault(at).of_kind(FaultKind::Mismatch));
        }
        if mismatches.len() == MAX_FAULTS || at == node.origin || passed_over.contains(&at) {
            break (None, notes);
        }
        passed_over.push(at);
    };
    mismatches.extend(notes.faults());
    Some((value, mismatches))
}

/// A node as serde's source of values.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    node: &'a Node,
    /// Values, and keys with their values, that count as not written.
    passed_over: &'a [Origin],
    /// Where a manifest's reader puts what it lets pass; none for a profile, which lets nothing pass.
    notes: Option<&'a Notes>,
    of: Of<'a>,
}

/// What a value is a value of.
#[derive(Clone, Copy, Debug, Default)]
struct Of<'a> {
    /// Under which key it stands.
    entry: Option<&'a Entry>,
    /// The type whose field that is, and all fields of that type.
    type_name: &'static str,
    fields: &'static [&'static str],
}

impl Located<'_> {
    fn resolve(self, text: &str) -> Bare {
        if self.notes.is_some() { Bare::to_kubectl(text) } else { Bare::as_meant(text) }
    }

    fn scalar<'de, V: Visitor<'de>>(self, scalar: &Scalar, visitor: V) -> Result<V::Value, Error> {
        if scalar.style == Style::Quoted {
            return visitor.visit_str(&scalar.text);
        }
        let bare = self.resolve(&scalar.text);
        if let Some(notes) = self.notes {
            notes.number(self.node, self.of.entry, &scalar.text, bare);
        }
        match bare {
            Bare::Null => visitor.visit_unit(),
            Bare::Bool(value) => visitor.visit_bool(value),
            Bare::Unsigned(value) => visitor.visit_u64(value),
            Bare::Signed(value) => visitor.visit_i64(value),
            Bare::Float(value) => visitor.visit_f64(value),
            Bare::Text => visitor.visit_str(&scalar.text),
        }
    }
}

impl<'a> Located<'a> {
    fn entries(self, entries: &'a [Entry]) -> Entries<'a> {
        Entries { left: entries.iter(), value: None, of: self, name: "", fields: &[] }
    }

    fn is_passed_over(self, at: Origin) -> bool {
        self.passed_over.contains(&at)
    }

    /// An error that was raised here.
    fn mark(self, mut error: Error) -> Error {
        if let (None, Kind::MissingField { field }) = (error.at, &error.kind) {
            error.follows = self.node.get(field).is_some();
        }
        error.or_at(self.node.origin)
    }
}

impl<'de> de::Deserializer<'de> for Located<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Scalar(scalar) => self.scalar(scalar, visitor),
            Value::Sequence(items) => visitor.visit_seq(Items { items: items.iter().enumerate(), of: self }),
            Value::Mapping(entries) => visitor.visit_map(self.entries(entries)),
        }
        .map_err(|error| self.mark(error))
    }

    /// Text from the command line is text where text is wanted, even if it looks like a number.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Scalar(Scalar { text, style: Style::Shell }) => {
                visitor.visit_str(text).map_err(|error: Error| error.or_at(self.node.origin))
            }
            Value::Scalar(Scalar { text, style: Style::Plain }) if self.resolve(text) != Bare::Text => {
                let bare = self.resolve(text);
                if let Some(notes) = self.notes {
                    notes.not_text(self.node, self.of.entry, text, bare);
                    return visitor.visit_str(text).map_err(|error: Error| error.or_at(self.node.origin));
                }
                let expected = format!("text: put quotes around it, \"{text}\"");
                Err(Error::mismatch(bare.words(text), expected).or_at(self.node.origin))
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Mapping(entries) => {
                visitor.visit_map(Entries { name, fields, ..self.entries(entries) }).map_err(|error| self.mark(error))
            }
            // Derived readers would take the elements for the fields, in their order.
            Value::Sequence(_) => Err(self.mark(de::Error::invalid_type(de::Unexpected::Seq, &visitor))),
            Value::Scalar(_) => self.deserialize_any(visitor),
        }
    }

    /// A value that its reader has no use for.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let (Some(notes), Some(entry)) = (self.notes, self.of.entry) {
            notes.unknown(entry, self.of.type_name, self.of.fields);
            return visitor.visit_unit();
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Scalar(scalar) => {
                let word: StrDeserializer<'_, Error> = scalar.text.as_str().into_deserializer();
                visitor.visit_enum(word)
            }
            Value::Mapping(entries) if entries.len() == 1 => {
                visitor.visit_enum(MapAccessDeserializer::new(self.entries(entries)))
            }
            Value::Mapping(_) => Err(Error::mismatch("a mapping with several keys", "one of them alone")),
            Value::Sequence(_) => Err(Error::mismatch("a list", "one value")),
        }
        .map_err(|error| error.or_at(self.node.origin))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}
