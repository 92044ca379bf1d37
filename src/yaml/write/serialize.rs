//! How does a typed object become lines, in one pass and without a tree in between?

use std::fmt::Write;

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::collections::{Fields, Items, NotText, Slot};
use super::emit::{Emitter, Layout};
use super::order;
use crate::bundle::Comment;

/// Appends one document.
pub(super) fn document(out: &mut String, layout: Layout, object: &impl Serialize, comments: &[Comment]) {
    let (mut emitter, place) = Emitter::new(out, layout, comments);
    // Nothing but a key that is no text can fail, and objects have none.
    object.serialize(Slot { emitter: &mut emitter, place }).expect("every key is text");
    if layout == Layout::Braces {
        out.push('\n');
    }
}

/// Numbers and booleans are written as they are.
macro_rules! bare {
    ($($method:ident: $Type:ty),*) => {$(
        fn $method(self, value: $Type) -> Result<(), NotText> {
            self.emitter.scalar(self.place, |out| { let _ = write!(out, "{value}"); });
            Ok(())
        }
    )*};
}

impl<'e, 'a> Serializer for Slot<'e, 'a> {
    type Ok = ();
    type Error = NotText;
    type SerializeSeq = Items<'e, 'a>;
    type SerializeTuple = Impossible<(), NotText>;
    type SerializeTupleStruct = Impossible<(), NotText>;
    type SerializeTupleVariant = Impossible<(), NotText>;
    type SerializeMap = Fields<'e, 'a>;
    type SerializeStruct = Fields<'e, 'a>;
    type SerializeStructVariant = Impossible<(), NotText>;

    bare!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_f32(self, _: f32) -> Result<(), NotText> {
        Err(NotText)
    }

    fn serialize_f64(self, _: f64) -> Result<(), NotText> {
        Err(NotText)
    }

    fn serialize_char(self, value: char) -> Result<(), NotText> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), NotText> {
        self.emitter.text(value, self.place);
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), NotText> {
        Err(NotText)
    }

    fn serialize_none(self) -> Result<(), NotText> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotText> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NotText> {
        self.emitter.scalar(self.place, |out| out.push_str("null"));
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotText> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), NotText> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NotText> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), NotText> {
        Err(NotText)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, NotText> {
        Ok(Items::open(self))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NotText> {
        Err(NotText)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, NotText> {
        Err(NotText)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotText> {
        Err(NotText)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NotText> {
        Ok(Fields::open(self, &[]))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, NotText> {
        Ok(Fields::open(self, order::of(name)))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotText> {
        Err(NotText)
    }
}

impl ser::SerializeSeq for Items<'_, '_> {
    type Ok = ();
    type Error = NotText;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotText> {
        self.item(value)
    }

    fn end(self) -> Result<(), NotText> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for Fields<'_, '_> {
    type Ok = ();
    type Error = NotText;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), NotText> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), NotText> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Fields<'_, '_> {
    type Ok = ();
    type Error = NotText;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NotText> {
        self.map_key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotText> {
        self.map_value(value)
    }

    fn end(self) -> Result<(), NotText> {
        self.close();
        Ok(())
    }
}
