//! How are mappings and lists laid out while their values are being written?

use std::fmt;

use serde::ser::{self, Serialize};

use super::emit::{Emitter, Layout, Place, PlaceKind, spaces};
use super::order;

/// A key that is no text, or a kind of value that no Kubernetes object has.
#[derive(Debug)]
pub(super) struct NotText;

impl fmt::Display for NotText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a value of a Kubernetes object")
    }
}

impl std::error::Error for NotText {}

impl ser::Error for NotText {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A place that waits for its value.
pub(super) struct Slot<'e, 'a> {
    pub(super) emitter: &'e mut Emitter<'a>,
    pub(super) place: Place,
}

/// A mapping that is being written.
pub(super) struct Fields<'e, 'a> {
    pub(super) emitter: &'e mut Emitter<'a>,
    place: Place,
    order: &'static [&'static str],
    base: usize,
    indent: usize,
}

/// A list that is being written.
pub(super) struct Items<'e, 'a> {
    emitter: &'e mut Emitter<'a>,
    place: Place,
    count: usize,
    /// With braces: whether items stand as `[{`, `}, {` and `}]`, which the first one decides.
    cuddled: bool,
}

impl<'e, 'a> Fields<'e, 'a> {
    pub(super) fn open(Slot { emitter, place }: Slot<'e, 'a>, order: &'static [&'static str]) -> Self {
        let indent = match (emitter.layout, place.kind) {
            (Layout::Block, PlaceKind::Document) => 0,
            _ => place.indent + 2,
        };
        let base = emitter.fields.len();
        Self { emitter, place, order, base, indent }
    }

    /// Begins a field of a rank among its siblings: everything before its key.
    fn begin(&mut self, rank: usize) {
        let Emitter { out, layout, fields, .. } = self.emitter;
        let mut indent = self.indent;
        if fields.len() == self.base {
            match (*layout, self.place.kind) {
                (Layout::Block, PlaceKind::Field) => out.push('\n'),
                (Layout::Block, PlaceKind::Item) => {
                    spaces(out, self.place.indent);
                    out.push_str("- ");
                    indent = 0;
                }
                (Layout::Block, _) => {}
                (Layout::Braces, PlaceKind::Field) => out.push_str(" {\n"),
                (Layout::Braces, _) => out.push_str("{\n"),
            }
        }
        spaces(out, indent);
        fields.push((rank, out.len()));
    }

    /// Writes a field of a structure.
    pub(super) fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), NotText> {
        let rank = if self.order.is_empty() { 0 } else { order::rank(self.order, key) };
        self.begin(rank);
        let place = self.emitter.field(key, self.place, self.indent);
        self.value(place, value)
    }

    /// Writes a key of a map.
    pub(super) fn map_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotText> {
        self.begin(0);
        let place = Place { kind: PlaceKind::Key, indent: self.indent, ..self.place };
        key.serialize(Slot { emitter: self.emitter, place })
    }

    /// Writes the value of the last key of a map.
    pub(super) fn map_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotText> {
        let place = self.emitter.after_key.take().ok_or(NotText)?;
        self.value(place, value)
    }

    fn value<T: Serialize + ?Sized>(&mut self, place: Place, value: &T) -> Result<(), NotText> {
        value.serialize(Slot { emitter: self.emitter, place })?;
        if self.emitter.layout == Layout::Braces {
            self.emitter.out.push_str(",\n");
        }
        Ok(())
    }

    pub(super) fn close(self) {
        if self.emitter.fields.len() == self.base {
            return self.emitter.scalar(self.place, |out| out.push_str("{}"));
        }
        self.emitter.sort_fields(self.base, self.indent);
        if self.emitter.layout == Layout::Braces {
            spaces(self.emitter.out, self.indent - 2);
            self.emitter.out.push('}');
        }
    }
}

impl<'e, 'a> Items<'e, 'a> {
    pub(super) fn open(Slot { emitter, place }: Slot<'e, 'a>) -> Self {
        Self { emitter, place, count: 0, cuddled: false }
    }

    pub(super) fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotText> {
        let index = self.count;
        self.count += 1;
        let below = if self.place.from == self.place.to {
            self.place
        } else {
            self.emitter.below(&index.to_string(), self.place)
        };
        if self.emitter.layout == Layout::Braces {
            return self.braced_item(value, below);
        }
        if index == 0 {
            match self.place.kind {
                PlaceKind::Field => self.emitter.out.push('\n'),
                PlaceKind::Item => {
                    spaces(self.emitter.out, self.place.indent);
                    self.emitter.out.push_str("-\n");
                }
                PlaceKind::Document | PlaceKind::Key => {}
            }
        }
        let indent = if self.place.kind == PlaceKind::Document { 0 } else { self.place.indent + 2 };
        value.serialize(Slot { emitter: self.emitter, place: Place { kind: PlaceKind::Item, indent, ..below } })
    }

    fn braced_item<T: Serialize + ?Sized>(&mut self, value: &T, below: Place) -> Result<(), NotText> {
        if self.count == 1 {
            self.emitter.out.push_str(if self.place.kind == PlaceKind::Field { " [" } else { "[" });
        }
        let begin = self.emitter.out.len();
        let item = Place { kind: PlaceKind::Item, indent: self.place.indent, ..below };
        value.serialize(Slot { emitter: self.emitter, place: item })?;
        let out = &mut *self.emitter.out;
        if self.count == 1 {
            self.cuddled = out[begin..].starts_with(['{', '[']);
            if !self.cuddled {
                out.insert(begin, '\n');
            }
        }
        if self.cuddled {
            if self.count > 1 {
                out.insert_str(begin, ", ");
            }
        } else {
            let start = if self.count == 1 { begin + 1 } else { begin };
            out.insert_str(start, &" ".repeat(self.place.indent + 2));
            out.push_str(",\n");
        }
        Ok(())
    }

    pub(super) fn close(self) {
        if self.count == 0 {
            return self.emitter.scalar(self.place, |out| out.push_str("[]"));
        }
        if self.emitter.layout == Layout::Braces {
            if !self.cuddled {
                spaces(self.emitter.out, self.place.indent);
            }
            self.emitter.out.push(']');
        }
    }
}
