//! What of a model decides its memory: the sizes that follow from the shape of its network.

use crate::facts::{self, Network, Quantization};
use crate::units::Bytes;

use super::graph::Graph;

/// What of a model decides its memory.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// All weights, as in the file.
    pub weights: Bytes,
    /// What turns pictures into tokens.
    pub projector: Bytes,
    /// Of the weights, the token embeddings: they stay in host memory when the rest goes to a GPU.
    pub host_table: Bytes,
    /// Token embeddings that are the output as well: they are on the GPU, and on the host a second time.
    pub tied_table: Bytes,
    /// Transformer blocks.
    pub layers: u64,
    /// The cache of the layers that see the whole context.
    pub full: Cache,
    /// The cache of the layers that see a window.
    pub sliding: Cache,
    /// That window, tokens.
    pub window: u64,
    /// State of the recurrent layers, one slot; always of four-byte floats.
    pub state: Bytes,
    /// The widest point of the graph.
    pub graph: Graph,
    /// What reading a picture needs besides, where that is known to be much.
    pub picture: Bytes,
    /// Tokens of the output layer.
    pub vocabulary: u64,
    /// Width of the residual stream.
    pub embedding: u64,
    /// The context it was trained for, where that is known.
    pub context: Option<u64>,
    /// A context of its own, whatever the server is set to.
    pub own_context: Option<u64>,
    /// What it makes.
    pub makes: Makes,
    /// Whether Ollama works on one request at a time, whatever it is told.
    pub one_at_a_time: bool,
    /// KV cache of a token as Ollama predicts it before it loads, blind to windows and states.
    pub predicted_per_token: Bytes,
}

/// The KV cache of some layers: numbers for one token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cache {
    /// Layers with a cache of this kind.
    pub layers: u64,
    /// Width of the keys of a layer.
    pub keys: u64,
    /// Width of the values of a layer.
    pub values: u64,
}

impl Cache {
    /// Numbers kept for a token.
    pub fn width(self) -> u64 {
        self.layers.saturating_mul(self.keys.saturating_add(self.values))
    }
}

/// What a model makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makes {
    /// Text.
    Text,
    /// Embeddings, by a network that was made for text and keeps a cache.
    Embeddings,
    /// Embeddings, by an encoder: no cache.
    Encodings,
}

/// Networks that Ollama gives one request at a time. Source: ollama v0.34.2 `server/sched.go` 512.
const ONE_AT_A_TIME: [&str; 11] = [
    "mllama",
    "qwen3vl",
    "qwen3vlmoe",
    "qwen35",
    "qwen35moe",
    "qwen3next",
    "lfm2",
    "lfm2moe",
    "nemotron_h",
    "nemotron_h_moe",
    "nemotron_h_omni",
];
impl Shape {
    /// A model of the catalogue.
    pub fn of(model: &facts::Model) -> Self {
        let weights = Bytes(model.bytes - model.vision());
        Self::quantised(model, weights, facts::quantization(model.quantization))
    }

    /// The same model with weights of another type.
    pub fn quantised(model: &facts::Model, weights: Bytes, quantization: Option<&Quantization>) -> Self {
        let context = if model.context > 0 { model.context } else { model.network.context };
        let network = Network { context, ..*model.network };
        Self::new(&network, weights, Bytes(model.vision()), quantization)
    }

    /// Any network with weights of that size.
    pub fn new(network: &Network, weights: Bytes, projector: Bytes, quantization: Option<&Quantization>) -> Self {
        let (full, sliding) = caches(network);
        // Of an unknown type nothing is taken off what a GPU must hold.
        let bits = quantization.map_or(0, |q| if network.tied { q.tied_table } else { q.table });
        let table = Bytes(network.vocabulary.saturating_mul(network.embedding).saturating_mul(bits) / 80_000);
        let makes = match network.pooling {
            true if network.is_encoder() => Makes::Encodings,
            true => Makes::Embeddings,
            false => Makes::Text,
        };
        let head = network.embedding.checked_div(network.heads).unwrap_or(network.head_dim);
        Self {
            weights,
            projector,
            host_table: if network.tied { Bytes(0) } else { table.min(weights) },
            tied_table: if network.tied { table.min(weights) } else { Bytes(0) },
            layers: network.layers,
            full,
            sliding,
            window: network.window,
            state: state(network),
            graph: Graph::of(network),
            picture: Bytes(network.picture),
            vocabulary: if network.vocabulary > 0 { network.vocabulary } else { LARGEST_VOCABULARY },
            embedding: if network.embedding > 0 { network.embedding } else { WIDEST_EMBEDDING },
            context: (network.context > 0).then_some(network.context),
            own_context: None,
            makes,
            one_at_a_time: network.pooling || ONE_AT_A_TIME.contains(&network.architecture),
            predicted_per_token: Bytes(4) * network.layers * network.kv_heads.max(1) * head,
        }
    }

    /// A model of which only size and KV cache are known; the rest is assumed as wide as anything measured.
    pub fn given(weights: Bytes, kv_per_token: Bytes) -> Self {
        let full = Cache { layers: 1, keys: kv_per_token.0.div_ceil(2), values: 0 };
        Self {
            weights,
            projector: Bytes(0),
            host_table: Bytes(0),
            tied_table: Bytes(0),
            layers: 1,
            full,
            sliding: Cache::default(),
            window: 0,
            state: Bytes(0),
            graph: Graph::WIDEST,
            picture: Bytes(0),
            vocabulary: LARGEST_VOCABULARY,
            embedding: WIDEST_EMBEDDING,
            context: None,
            own_context: None,
            makes: Makes::Text,
            one_at_a_time: false,
            predicted_per_token: kv_per_token,
        }
    }

    /// KV cache (f16) that grows with each token of the context.
    pub fn kv_per_token(&self) -> Bytes {
        Bytes(2) * self.full.width()
    }

    /// What one context checkpoint keeps: the state, or the window's cells; nothing for plain attention.
    /// Measured for a hybrid and a sliding network, 2026-11.
    pub fn checkpoint(&self) -> Bytes {
        self.state + Bytes(2) * self.sliding.width() * self.window
    }
}

/// The largest vocabulary measured, that of gemma3.
const LARGEST_VOCABULARY: u64 = 262_208;
/// The widest network measured, llama3.1:405b.
const WIDEST_EMBEDDING: u64 = 16_384;

/// The first number of a network that cannot be, with the largest that could.
pub fn implausible(network: &Network) -> Option<(&'static str, u64)> {
    let Network { layers, embedding, heads, vocabulary, context, kv_heads, head_dim, head_dim_v, .. } = *network;
    let Network { feed_forward, experts, experts_used, expert_feed_forward, window, inner, state, .. } = *network;
    let Network { kv_lora, rope_dim, global_head_dim, global_kv_heads, per_layer, conv, groups, .. } = *network;
    let counts = [("layers", layers), ("heads", heads), ("kvHeads", kv_heads), ("globalKvHeads", global_kv_heads)];
    let experts = [("experts", experts), ("expertsUsed", experts_used), ("conv", conv), ("groups", groups)];
    let widths = [("headDim", head_dim), ("headDimV", head_dim_v), ("globalHeadDim", global_head_dim)];
    let latent = [("kvLora", kv_lora), ("ropeDim", rope_dim), ("state", state), ("perLayer", per_layer)];
    let wide = [("embedding", embedding), ("feedForward", feed_forward), ("expertFeedForward", expert_feed_forward)];
    let long = [("vocabulary", vocabulary), ("maxContext", context), ("window", window), ("inner", inner)];
    let above = |numbers: &[(&'static str, u64)], most: u64| {
        numbers.iter().find(|(_, number)| *number > most).map(|(name, _)| (*name, most))
    };
    above(&counts, 4096)
        .or_else(|| above(&experts, 4096))
        .or_else(|| above(&widths, 1 << 14))
        .or_else(|| above(&latent, 1 << 14))
        .or_else(|| above(&wide, 1 << 20))
        .or_else(|| above(&long, 1 << 24))
}

/// Which layers keep what: those that see the whole context, and those that see a window.
///
/// Exact for every row of the measured buffers, 2026-11: llama, mistral3, qwen2, qwen3, qwen3moe, phi3, gemma2, gemma3,
/// gemma4, gpt-oss, deepseek2 with and without split tensors, qwen3next, qwen35, qwen35moe.
fn caches(network: &Network) -> (Cache, Cache) {
    if network.is_encoder() {
        return (Cache::default(), Cache::default());
    }
    let with_cache = network.layers.saturating_sub(network.shared_kv_layers);
    let full_layers = match (network.attention_layers, network.global_every) {
        (0, 0) => with_cache,
        (0, every) => with_cache / every,
        (layers, _) => layers,
    };
    if network.kv_lora > 0 {
        let keys = network.kv_lora + network.rope_dim;
        return (Cache { layers: full_layers, keys, values: 0 }, Cache::default());
    }
    let or = |value: u64, otherwise: u64| if value > 0 { value } else { otherwise };
    let cache = |layers: u64, heads: u64, key: u64, value: u64| Cache {
        layers,
        keys: heads.saturating_mul(key),
        values: heads.saturating_mul(value),
    };
    let key = or(network.global_head_dim, network.head_dim);
    let value = or(network.global_head_dim, or(network.head_dim_v, network.head_dim));
    let full = cache(full_layers, or(network.global_kv_heads, network.kv_heads), key, value);
    let slides = network.window > 0 && network.global_every > 0;
    let sliding_layers = if slides { with_cache - full_layers.min(with_cache) } else { 0 };
    let value = or(network.head_dim_v, network.head_dim);
    (full, cache(sliding_layers, network.kv_heads, network.head_dim, value))
}

/// State of the recurrent layers of one slot: the tokens that the convolution still sees, and the state proper.
fn state(network: &Network) -> Bytes {
    if network.conv == 0 {
        return Bytes(0);
    }
    let layers = if network.recurrent_layers > 0 {
        network.recurrent_layers
    } else {
        network.layers.saturating_sub(caches(network).0.layers)
    };
    let seen = network.inner.saturating_add((2 * network.groups).saturating_mul(network.state));
    let floats = (network.conv - 1).saturating_mul(seen).saturating_add(network.state.saturating_mul(network.inner));
    Bytes(4) * floats * layers
}
