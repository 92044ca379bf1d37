//! What was written, where: YAML as a tree whose every node knows its source, its place and its own text.
//!
//! Profiles are layers of such trees (files, `--overlay`, `--set`), merged before they are typed.

mod decode;
mod layers;
mod path;
mod read;

pub use decode::{decode, decode_with, nearest};
pub use layers::merge;
pub use path::{Path, Step};
pub use read::{read, read_value};

/// The texts that trees were read from, so that a fault can be shown in its line.
#[derive(Debug, Default)]
pub struct Sources(Vec<Source>);

/// One text and the name under which people know it: a file, a built-in profile, `--set`.
#[derive(Debug)]
pub struct Source {
    /// What to call it in messages.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// Which text a node comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceId(u32);

impl Sources {
    /// Keeps `text` under `name`.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source { name: name.into(), text: text.into() });
        id
    }

    /// The source with that id.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[id.0 as usize]
    }
}

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
    pub text: String,
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
    pub key: String,
    /// Where the key stands.
    pub key_origin: Origin,
    /// Its value.
    pub value: Node,
}

/// Something in a text that cannot be used: what, where, and what to write instead.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// The places, each with a word to stand under it (may be empty); the first is the faulty one.
    pub places: Vec<(Origin, String)>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Fault {
    /// A fault at a place, with a word to stand under it.
    pub fn new(at: Origin, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { message: message.into(), places: vec![(at, label.into())], help: None }
    }

    /// With another place that has to do with it.
    #[must_use]
    pub fn and(mut self, at: Origin, label: impl Into<String>) -> Self {
        self.places.push((at, label.into()));
        self
    }

    /// With what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
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
