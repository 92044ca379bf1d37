//! What is known of models: the shape of their networks, and the tags of Ollama's library that carry them.

use crate::model_name::ModelName;

use super::{MODELS, NETWORKS, QUANTIZATIONS};

/// The shape of a network, as a GGUF file states it; a count that does not apply is 0.
///
/// Several tags share one: quantisation changes the size of the weights, not the shape.
#[derive(Clone, Copy, Debug, Default)]
pub struct Network {
    /// The tag that the row is named after; empty for a network that is not from the catalogue.
    pub name: &'static str,
    /// `general.architecture`; empty where it is none that is treated in a way of its own.
    pub architecture: &'static str,
    /// Transformer blocks.
    pub layers: u64,
    /// Width of the residual stream.
    pub embedding: u64,
    /// Attention heads.
    pub heads: u64,
    /// Tokens of the vocabulary.
    pub vocabulary: u64,
    /// The context it was trained for, tokens.
    pub context: u64,
    /// Heads of the KV cache; of the sliding layers, where kinds of layers differ.
    pub kv_heads: u64,
    /// Width of a key; of the sliding layers, where kinds of layers differ.
    pub head_dim: u64,
    /// Width of a value, where it is not that of a key.
    pub head_dim_v: u64,
    /// Width of the dense feed-forward part.
    pub feed_forward: u64,
    /// Whether the output uses the token embeddings again.
    pub tied: bool,
    /// Experts of a layer.
    pub experts: u64,
    /// Experts that work on a token.
    pub experts_used: u64,
    /// Width of an expert's feed-forward part.
    pub expert_feed_forward: u64,
    /// Tokens that a sliding layer sees.
    pub window: u64,
    /// One layer in so many sees the whole context; the others slide or are recurrent.
    pub global_every: u64,
    /// Heads of the KV cache of the layers that see the whole context, where they differ.
    pub global_kv_heads: u64,
    /// Width of a key of the layers that see the whole context, where they differ.
    pub global_head_dim: u64,
    /// Layers with attention to the whole context, where `global_every` does not say it.
    pub attention_layers: u64,
    /// Last layers that use the cache of earlier ones.
    pub shared_kv_layers: u64,
    /// Width of the embeddings that each layer has of its own.
    pub per_layer: u64,
    /// Width of the compressed keys and values (multi-head latent attention).
    pub kv_lora: u64,
    /// Width of the part of a key that carries the position (multi-head latent attention).
    pub rope_dim: u64,
    /// Tokens that the convolution of a recurrent layer sees.
    pub conv: u64,
    /// Inner width of a recurrent layer.
    pub inner: u64,
    /// Width of the state of a recurrent layer.
    pub state: u64,
    /// Groups of a recurrent layer.
    pub groups: u64,
    /// Recurrent layers, where they are not all layers without attention.
    pub recurrent_layers: u64,
    /// Bytes of what turns pictures into tokens, in the same file.
    pub vision: u64,
    /// Bytes that reading a picture needs besides, where that is known to be much.
    pub picture: u64,
    /// Whether it makes embeddings instead of text.
    pub pooling: bool,
    /// How wide its graph is, where it was measured.
    pub graph: Graph,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// Architectures that read all tokens at once and keep no cache. Source: llama.cpp.
const ENCODERS: [&str; 6] = ["bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "neo-bert", "gemma-embedding"];

impl Network {
    /// Whether it reads all tokens at once and keeps no cache.
    pub fn is_encoder(&self) -> bool {
        ENCODERS.contains(&self.architecture)
    }

    /// An architecture of the catalogue as its rows spell it; empty for any other.
    pub fn architecture(name: &str) -> &'static str {
        NETWORKS.iter().map(|row| row.architecture).find(|known| *known == name).unwrap_or_default()
    }
}

/// What one token of a micro-batch needs at the widest point of the graph: floats, measured with the llama-server
/// of Ollama 0.34.2; zeros where it was not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// With flash attention and an f16 cache.
    pub fused: u64,
    /// With a quantised cache.
    pub quantised: u64,
    /// Bytes that a quantised cache needs once, to rotate keys and values.
    pub rotation: u64,
    /// Without flash attention, besides the matrix of all heads and cells.
    pub unfused: u64,
}

/// A tag of Ollama's library.
#[derive(Debug)]
pub struct Model {
    /// `name:tag`.
    pub name: &'static str,
    /// The shape of its network.
    pub network: &'static Network,
    /// The type of the weights, as in `Q4_K_M`.
    pub quantization: &'static str,
    /// All layers of the published manifest, bytes.
    pub bytes: u64,
    /// Of these, the layer that turns pictures into tokens.
    pub projector: u64,
    /// Whether `bytes` is the library's rounded figure.
    pub rounded: bool,
    /// The longest context, where it is not that of the network's row; 0: it is.
    pub context: u64,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

impl Model {
    /// Bytes of what turns pictures into tokens: a layer of its own, or a part of the weights.
    pub fn vision(&self) -> u64 {
        if self.projector > 0 { self.projector } else { self.network.vision }
    }
}

/// A type of weights.
#[derive(Debug)]
pub struct Quantization {
    /// As the library writes it, in capitals.
    pub name: &'static str,
    /// Ten-thousandths of a bit a weight, over a whole model.
    pub weight: u64,
    /// The same, of the token embeddings.
    pub table: u64,
    /// The same, of token embeddings that are the output as well.
    pub tied_table: u64,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// The library's row for a model without a registry or namespace of its own.
pub fn model(name: &ModelName) -> Option<&'static Model> {
    if !name.fits_in_a_path() {
        return None;
    }
    let wanted = [&name.model, ":", &name.tag];
    let wanted = || wanted.iter().flat_map(|part| part.bytes());
    let at = MODELS.binary_search_by(|row| row.name.bytes().cmp(wanted())).ok()?;
    Some(&MODELS[at])
}

/// The row of a type of weights, whatever the letter case.
pub fn quantization(name: &str) -> Option<&'static Quantization> {
    QUANTIZATIONS.iter().find(|row| row.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_in_order_each_once_and_each_with_its_network_and_quantisation() {
        assert!(MODELS.len() >= 80);
        for (at, row) in MODELS.iter().enumerate() {
            let name: ModelName = row.name.parse().expect("a name");
            assert_eq!(name.to_string().as_str(), row.name);
            assert!(at == 0 || MODELS[at - 1].name < row.name, "{}: the file is sorted", row.name);
            assert!(row.vision() < row.bytes, "{}", row.name);
            assert!(quantization(row.quantization).is_some(), "{}: {}", row.name, row.quantization);
            assert!(std::ptr::eq(model(&name).expect("found"), row));
        }
    }

    #[test]
    fn every_network_has_a_cache_or_none_at_all() {
        for (at, row) in NETWORKS.iter().enumerate() {
            assert!(NETWORKS[at + 1..].iter().all(|other| other.name != row.name), "{} stands twice", row.name);
            assert!(row.kv_heads * row.head_dim > 0 || row.kv_lora > 0 || row.pooling, "{}", row.name);
            assert!(row.feed_forward + row.experts_used * row.expert_feed_forward > 0, "{}", row.name);
            assert!(MODELS.iter().any(|model| std::ptr::eq(model.network, row)), "{}: nobody uses it", row.name);
        }
    }
}
