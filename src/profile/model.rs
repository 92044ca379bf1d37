//! What does a profile say of a model: its name, or its name and its shape.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, Visitor};

use crate::facts::Network;
use crate::model_name::ModelName;
use crate::units::Bytes;

/// A model; written as its name alone, or as a mapping.
#[derive(Clone, Debug)]
pub struct Model {
    /// As in `ollama pull`.
    pub name: ModelName,
    /// Bytes on disk, for a model that is not in the catalogue.
    pub size: Option<Bytes>,
    /// Bytes of KV cache (f16) a token, instead of a network.
    pub kv_per_token: Option<Bytes>,
    /// The network, for a model that is not in the catalogue; what was not given is 0.
    pub network: Network,
    /// Tokens that a request to this model may use, instead of `server.contextLength`.
    pub context_length: Option<u32>,
    /// The text of the Modelfile that the model is made from, once what it is made of is there.
    pub modelfile: Option<String>,
    /// Whether it is loaded before the server counts as ready.
    pub preload: bool,
}

/// A mapping; the names of the network's numbers are those of the catalogue.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    name: ModelName,
    size: Option<Bytes>,
    kv_per_token: Option<Bytes>,
    context_length: Option<u32>,
    modelfile: Option<String>,
    preload: Option<bool>,
    architecture: Option<String>,
    layers: Option<u32>,
    embedding: Option<u32>,
    heads: Option<u32>,
    vocabulary: Option<u32>,
    max_context: Option<u32>,
    kv_heads: Option<u32>,
    head_dim: Option<u32>,
    head_dim_v: Option<u32>,
    feed_forward: Option<u32>,
    tied: Option<bool>,
    experts: Option<u32>,
    experts_used: Option<u32>,
    expert_feed_forward: Option<u32>,
    window: Option<u32>,
    global_every: Option<u32>,
    global_kv_heads: Option<u32>,
    global_head_dim: Option<u32>,
    attention_layers: Option<u32>,
    shared_kv_layers: Option<u32>,
    per_layer: Option<u32>,
    kv_lora: Option<u32>,
    rope_dim: Option<u32>,
    conv: Option<u32>,
    inner: Option<u32>,
    state: Option<u32>,
    groups: Option<u32>,
    recurrent_layers: Option<u32>,
    pooling: Option<bool>,
}

impl From<Written> for Model {
    fn from(written: Written) -> Self {
        let number = |given: Option<u32>| given.map_or(0, u64::from);
        let network = Network {
            architecture: written.architecture.as_deref().map_or("", Network::architecture),
            layers: number(written.layers),
            embedding: number(written.embedding),
            heads: number(written.heads),
            vocabulary: number(written.vocabulary),
            context: number(written.max_context),
            kv_heads: number(written.kv_heads),
            head_dim: number(written.head_dim),
            head_dim_v: number(written.head_dim_v),
            feed_forward: number(written.feed_forward),
            tied: written.tied.unwrap_or_default(),
            experts: number(written.experts),
            experts_used: number(written.experts_used),
            expert_feed_forward: number(written.expert_feed_forward),
            window: number(written.window),
            global_every: number(written.global_every),
            global_kv_heads: number(written.global_kv_heads),
            global_head_dim: number(written.global_head_dim),
            attention_layers: number(written.attention_layers),
            shared_kv_layers: number(written.shared_kv_layers),
            per_layer: number(written.per_layer),
            kv_lora: number(written.kv_lora),
            rope_dim: number(written.rope_dim),
            conv: number(written.conv),
            inner: number(written.inner),
            state: number(written.state),
            groups: number(written.groups),
            recurrent_layers: number(written.recurrent_layers),
            pooling: written.pooling.unwrap_or_default(),
            ..Network::default()
        };
        Self {
            name: written.name,
            size: written.size,
            kv_per_token: written.kv_per_token,
            network,
            context_length: written.context_length,
            modelfile: written.modelfile,
            preload: written.preload.unwrap_or_default(),
        }
    }
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
        Ok(Model {
            name,
            size: None,
            kv_per_token: None,
            network: Network::default(),
            context_length: None,
            modelfile: None,
            preload: false,
        })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, entries: A) -> Result<Model, A::Error> {
        Written::deserialize(MapAccessDeserializer::new(entries)).map(Model::from)
    }
}
