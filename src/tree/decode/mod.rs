//! How does a tree become a typed value, with every fault of it told at once?
//!
//! Serde stops at the first error. Here the faulty value is then passed over, so that its default takes its
//! place, and the whole is read again, until nothing is left to tell: every field of a profile has a default.

mod error;

use serde::de::value::{MapAccessDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{self, DeserializeOwned, IntoDeserializer, Visitor};

use super::{Entry, Fault, Node, Origin, Scalar, Step, Style, Value};
pub use error::nearest;
use error::{Error, Kind};

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
        let error = match T::deserialize(Located { node, passed_over: &passed_over }) {
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

/// Reads one value by a reader that may not know it, up to its first fault.
pub fn decode_with<T>(
    node: &Node,
    read: impl FnOnce(Located<'_>) -> Option<Result<T, Error>>,
) -> Option<Result<T, Fault>> {
    let located = Located { node, passed_over: &[] };
    Some(read(located)?.map_err(|error| {
        let at = error.at.unwrap_or(node.origin);
        error.into_fault(at)
    }))
}

/// A node as serde's source of values.
#[derive(Clone, Copy, Debug)]
pub struct Located<'a> {
    node: &'a Node,
    /// Values, and keys with their values, that count as not written.
    passed_over: &'a [Origin],
}

/// What a bare scalar is by YAML's core schema, which is what people mean by it.
enum Bare {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text,
}

fn resolve(text: &str) -> Bare {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Bare::Null,
        "true" | "True" | "TRUE" => return Bare::Bool(true),
        "false" | "False" | "FALSE" => return Bare::Bool(false),
        _ => {}
    }
    if !text.starts_with(['+', '-', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']) {
        return Bare::Text;
    }
    if let Ok(value) = text.parse() {
        return Bare::Unsigned(value);
    }
    if let Ok(value) = text.parse() {
        return Bare::Signed(value);
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) {
        return text.parse().map_or(Bare::Text, Bare::Float);
    }
    Bare::Text
}

impl Located<'_> {
    fn scalar<'de, V: Visitor<'de>>(scalar: &Scalar, visitor: V) -> Result<V::Value, Error> {
        if scalar.style == Style::Quoted {
            return visitor.visit_str(&scalar.text);
        }
        match resolve(&scalar.text) {
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
        Entries { left: entries.iter(), value: None, of: self }
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
            Value::Scalar(scalar) => Self::scalar(scalar, visitor),
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
            Value::Scalar(Scalar { text, style: Style::Plain }) if !matches!(resolve(text), Bare::Text) => {
                let found = match resolve(text) {
                    Bare::Null => "empty".into(),
                    Bare::Bool(_) => format!("the boolean {text}"),
                    _ => format!("the number {text}"),
                };
                let expected = format!("text: put quotes around it, \"{text}\"");
                Err(Error::mismatch(found, expected).or_at(self.node.origin))
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
        seq tuple tuple_struct map struct identifier ignored_any
    }
}

struct Items<'a> {
    items: std::iter::Enumerate<std::slice::Iter<'a, Node>>,
    of: Located<'a>,
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: de::DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let of = self.of;
        let Some((index, node)) = self.items.find(|(_, node)| !of.is_passed_over(node.origin)) else { return Ok(None) };
        seed.deserialize(Located { node, ..of }).map(Some).map_err(|error| error.below(Step::Index(index)))
    }
}

struct Entries<'a> {
    left: std::slice::Iter<'a, Entry>,
    value: Option<&'a Entry>,
    of: Located<'a>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<K: de::DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let of = self.of;
        let written = |entry: &&Entry| !of.is_passed_over(entry.key_origin) && !of.is_passed_over(entry.value.origin);
        let Some(entry) = self.left.find(written) else { return Ok(None) };
        self.value = Some(entry);
        let key: StringDeserializer<Error> = entry.key.clone().into_deserializer();
        let in_key = |error: Error| error.or_at(entry.key_origin).below(Step::Key(entry.key.clone()));
        seed.deserialize(key).map(Some).map_err(in_key)
    }

    fn next_value_seed<V: de::DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let entry = self.value.take().ok_or_else(|| Error::new(Kind::Other("a value without a key".into())))?;
        let value = Located { node: &entry.value, ..self.of };
        seed.deserialize(value).map_err(|error| error.below(Step::Key(entry.key.clone())))
    }
}
