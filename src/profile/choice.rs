//! How are `auto`, `off`, amounts and names read from a profile?

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IntoDeserializer, Visitor};

use crate::facts::Version;
use crate::model_name::ModelName;
use crate::names::{Cidr, DnsLabel, DnsName, EnvName, InstanceName, LabelKey, LabelValue};
use crate::units::{Bytes, Millicores, Seconds};

/// Computed, or given and then checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Auto<T> {
    /// `auto`: the plan decides.
    #[default]
    Auto,
    /// The user's own.
    Given(T),
}

/// Computed, left out, or given and then checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AutoOrOff<T> {
    /// `auto`: the plan decides.
    #[default]
    Auto,
    /// `off`: not wanted.
    Off,
    /// The user's own.
    Given(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Auto<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(Words(&["auto"], PhantomData))? {
            WordOr::Word(_) => Ok(Self::Auto),
            WordOr::Value(value) => Ok(Self::Given(value)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AutoOrOff<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(Words(&["auto", "off"], PhantomData))? {
            WordOr::Word("auto") => Ok(Self::Auto),
            WordOr::Word(_) => Ok(Self::Off),
            WordOr::Value(value) => Ok(Self::Given(value)),
        }
    }
}

enum WordOr<T> {
    Word(&'static str),
    Value(T),
}

/// Takes one of some words, or hands everything else on to `T`.
struct Words<T>(&'static [&'static str], PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Words<T> {
    type Value = WordOr<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} or a value", self.0.join(", "))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        match self.0.iter().find(|word| **word == text) {
            Some(word) => Ok(WordOr::Word(word)),
            None => T::deserialize(text.into_deserializer()).map(WordOr::Value),
        }
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(WordOr::Value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(WordOr::Value)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(WordOr::Value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
        T::deserialize(value.into_deserializer()).map(WordOr::Value)
    }

    fn visit_map<A: de::MapAccess<'de>>(self, entries: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(entries)).map(WordOr::Value)
    }
}

/// Reads any text type by its `FromStr`.
struct Parsed<T>(&'static str, PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! read_by_from_str {
    ($($Type:ty: $expected:literal),* $(,)?) => {$(
        impl<'de> Deserialize<'de> for $Type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Parsed($expected, PhantomData))
            }
        }
    )*};
}

read_by_from_str! {
    InstanceName: "a name",
    DnsLabel: "a name",
    DnsName: "a name",
    LabelKey: "the key of a label",
    LabelValue: "the value of a label",
    EnvName: "the name of a variable",
    Cidr: "a range such as 10.0.0.0/16",
    ModelName: "the name of a model",
    Version: "a release such as \"1.28\"",
}

/// Amounts: as text with a unit, and some as bare numbers.
struct Amount<T>(&'static str, Option<fn(f64) -> Option<T>>);

impl<T: FromStr<Err = &'static str>> Amount<T> {
    fn number<E: de::Error>(self, value: f64, found: de::Unexpected<'_>) -> Result<T, E> {
        self.1.and_then(|read| read(value)).ok_or_else(|| E::invalid_type(found, &self.0))
    }
}

impl<T: FromStr<Err = &'static str>> Visitor<'_> for Amount<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(|expected| E::invalid_value(de::Unexpected::Str(text), &expected))
    }

    #[expect(clippy::cast_precision_loss, reason = "no node has 2^53 cores")]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<T, E> {
        self.number(value as f64, de::Unexpected::Unsigned(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<T, E> {
        self.number(value, de::Unexpected::Float(value))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Amount("an amount such as 512Mi or 64Gi", None))
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Amount("a time such as 90s, 15m or 24h", None))
    }
}

impl<'de> Deserialize<'de> for Millicores {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Amount("cores such as 8, 0.5 or 500m", Some(|cores| cores.to_string().parse().ok())))
    }
}
