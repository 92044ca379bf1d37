//! What does a profile say of a model: its name, or its name and its shape.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
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
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    /// As in `ollama pull`.
    name: ModelName,
    /// Bytes on disk, for a model that is not in the catalogue.
    size: Option<Bytes>,
    /// Bytes of KV cache (f16) a token, instead of `layers`, `kvHeads` and `headDim`.
    kv_per_token: Option<Bytes>,
    /// Tokens that a request to this model may use, instead of `server.contextLength`.
    #[schemars(range(min = 256, max = 1_048_576))]
    context_length: Option<u32>,
    /// The text of the Modelfile that the model is made from, once what it is made of is there.
    modelfile: Option<String>,
    /// Whether it is loaded before the server counts as ready.
    preload: Option<bool>,
    /// As `general.architecture` in its file, where `ollama-k8s models read` prints it.
    architecture: Option<String>,
    /// Transformer blocks.
    layers: Option<u32>,
    /// Width of the residual stream.
    embedding: Option<u32>,
    /// Attention heads.
    heads: Option<u32>,
    /// Tokens of the vocabulary.
    vocabulary: Option<u32>,
    /// The context it was trained for, tokens.
    max_context: Option<u32>,
    /// Heads of the KV cache; of the sliding layers, where kinds of layers differ.
    kv_heads: Option<u32>,
    /// Width of a key; of the sliding layers, where kinds of layers differ.
    head_dim: Option<u32>,
    /// Width of a value, where it is not that of a key.
    head_dim_v: Option<u32>,
    /// Width of the dense feed-forward part.
    feed_forward: Option<u32>,
    /// Whether the output uses the token embeddings again.
    tied: Option<bool>,
    /// Experts of a layer.
    experts: Option<u32>,
    /// Experts that work on a token.
    experts_used: Option<u32>,
    /// Width of an expert's feed-forward part.
    expert_feed_forward: Option<u32>,
    /// Tokens that a sliding layer sees.
    window: Option<u32>,
    /// One layer in so many sees the whole context; the others slide or are recurrent.
    global_every: Option<u32>,
    /// Heads of the KV cache of the layers that see the whole context, where they differ.
    global_kv_heads: Option<u32>,
    /// Width of a key of the layers that see the whole context, where they differ.
    global_head_dim: Option<u32>,
    /// Layers with attention to the whole context, where `globalEvery` does not say it.
    attention_layers: Option<u32>,
    /// Last layers that use the cache of earlier ones.
    shared_kv_layers: Option<u32>,
    /// Width of the embeddings that each layer has of its own.
    per_layer: Option<u32>,
    /// Width of the compressed keys and values (multi-head latent attention).
    kv_lora: Option<u32>,
    /// Width of the part of a key that carries the position (multi-head latent attention).
    rope_dim: Option<u32>,
    /// Tokens that the convolution of a recurrent layer sees.
    conv: Option<u32>,
    /// Inner width of a recurrent layer.
    inner: Option<u32>,
    /// Width of the state of a recurrent layer.
    state: Option<u32>,
    /// Groups of a recurrent layer.
    groups: Option<u32>,
    /// Recurrent layers, where they are not all layers without attention.
    recurrent_layers: Option<u32>,
    /// Whether it makes embeddings instead of text.
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

impl JsonSchema for Model {
    fn schema_name() -> Cow<'static, str> {
        "Model".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [ModelName::json_schema(generator), Written::json_schema(generator)] })
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
