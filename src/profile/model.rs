//! What does a profile say of a model: its name, or its name and its shape.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, Visitor};

use crate::model_name::ModelName;
use crate::units::Bytes;

/// A model; written as its name alone, or as a mapping.
#[derive(Clone, Debug)]
pub struct Model {
    /// As in `ollama pull`.
    pub name: ModelName,
    /// Bytes on disk, for a model that is not in the catalogue.
    pub size: Option<Bytes>,
    /// Transformer blocks, for a model that is not in the catalogue.
    pub layers: Option<u32>,
    /// Heads of the KV cache.
    pub kv_heads: Option<u32>,
    /// Width of a head.
    pub head_dim: Option<u32>,
    /// Bytes of KV cache (f16) a token, instead of the three above.
    pub kv_per_token: Option<Bytes>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    name: ModelName,
    size: Option<Bytes>,
    layers: Option<u32>,
    kv_heads: Option<u32>,
    head_dim: Option<u32>,
    kv_per_token: Option<Bytes>,
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrMapping)
    }
}

struct NameOrMapping;

impl<'de> Visitor<'de> for NameOrMapping {
    type Value = Model;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a model, or a mapping with `name`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Model, E> {
        let name = text.parse().map_err(E::custom)?;
        Ok(Model { name, size: None, layers: None, kv_heads: None, head_dim: None, kv_per_token: None })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, entries: A) -> Result<Model, A::Error> {
        let Written { name, size, layers, kv_heads, head_dim, kv_per_token } =
            Written::deserialize(MapAccessDeserializer::new(entries))?;
        Ok(Model { name, size, layers, kv_heads, head_dim, kv_per_token })
    }
}
