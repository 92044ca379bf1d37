//! What was written, where: YAML as a tree whose every node knows its source, its place and its own text.
//!
//! Profiles are layers of such trees (files, `--overlay`, `--set`), merged before they are typed.

mod decode;
mod fault;
mod find;
mod keys;
mod layers;
mod made;
mod path;
mod piece;
mod read;
mod reader;
mod refusal;
mod source;

use compact_str::CompactString;

pub use decode::{Located, Reading, decode, decode_as_kubectl, nearest};
pub use fault::{Fault, FaultKind};
pub use find::Spot;
pub use layers::merge;
pub use path::{Path, Step};
pub use piece::place_of;
pub use read::{read, read_block, read_part, read_value};
pub use source::{Source, SourceId, Sources, plain_path};

/// A place: bytes `start..end` of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Origin {
    /// Of what nobody wrote: it was added to what is written.
    pub const NOWHERE: Self = Self { source: SourceId(u32::MAX), start: 0, end: 0 };

    /// Whether somebody wrote it.
    pub fn is_written(self) -> bool {
        self != Self::NOWHERE
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value stands.
    pub origin: Origin,
    /// What it is.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// One value, as text.
    Scalar(Scalar),
    /// `- a` or `[a]`.
    Sequence(Vec<Node>),
    /// `key: value`, in the order written, every key once.
    Mapping(Vec<Entry>),
}

/// A scalar's text after unescaping, and how it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text; of a plain scalar exactly what stands in the file, so `1.30` stays `1.30`.
    pub text: CompactString,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written, which decides what it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Bare: a number, a boolean or null where it looks like one, text otherwise.
    Plain,
    /// In quotes or as a block: text, whatever it looks like.
    Quoted,
    /// From the command line, where quotes belong to the shell: whatever is wanted.
    Shell,
}

/// A key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: CompactString,
    /// Where the key stands.
    pub key_origin: Origin,
    /// How the key was written.
    pub key_style: Style,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A plain `null` or nothing at all, which in a layer means "back to the default".
    pub fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar(Scalar { text, style: Style::Plain }) => {
                matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            Value::Scalar(Scalar { text, style: Style::Shell }) => text == "null",
            _ => false,
        }
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The entries of a mapping, taken out of it; none for anything else.
    pub fn into_entries(self) -> Vec<Entry> {
        match self.value {
            Value::Mapping(entries) => entries,
            _ => Vec::new(),
        }
    }

    /// The elements of a list; none for anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// Gives it, and all that is in it, one place.
    pub fn come_from(&mut self, at: Origin) {
        self.origin = at;
        match &mut self.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.key_origin = at;
                    entry.value.come_from(at);
                }
            }
            Value::Sequence(items) => items.iter_mut().for_each(|item| item.come_from(at)),
            Value::Scalar(_) => {}
        }
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }
}
