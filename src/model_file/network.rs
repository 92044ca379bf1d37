//! Which network do the keys and tensors of a file describe?

use crate::facts::Network;
use crate::sizing;

use super::keys::Keys;
use super::tensors::Tensors;
use super::{Error, pattern, quoted};

/// Names that Ollama's own files have for architectures of llama.cpp. Source: ollama v0.34.2 `llama/compat`.
const ALIASES: [(&str, &str); 4] =
    [("glm4moelite", "deepseek2"), ("gptoss", "gpt-oss"), ("olmo3", "olmo2"), ("qwen25vl", "qwen2vl")];

/// Source: eight times `LLAMA_MAX_LAYERS` of llama.cpp.
const MOST_LAYERS: u64 = 4096;

/// Whether the keys are those of a whole model.
pub(super) fn check(keys: &Keys) -> Result<(), Error> {
    let architecture = keys.architecture();
    if architecture.is_empty() {
        let wrong = "there is no \"general.architecture\": it does not describe a model; give the model's own file";
        return Err(Error(wrong.to_owned()));
    }
    if architecture == "clip" {
        let wrong = "it is the part of a model that turns pictures into tokens (architecture \"clip\")";
        return Err(Error(format!("{wrong}; give the file of the model itself")));
    }
    let parts = keys.whole("split.count")?;
    if parts > 1 && !keys.json {
        let wrong = format!("it is one of {parts} files of a split model");
        return Err(Error(wrong + "; put them together first (llama-gguf-split --merge), and give that file"));
    }
    if keys.number("block_count")? == 0 {
        let key = quoted(&keys.of_architecture("block_count"));
        let wrong = format!("there is no {key}: it does not describe a whole model that is on disk");
        return Err(Error(wrong + "; give the model's own file, not that of an adapter"));
    }
    Ok(())
}

/// The network, with numbers that can be.
pub(super) fn of(keys: &Keys, tensors: &Tensors) -> Result<Network, Error> {
    let name = architecture(keys, tensors)?;
    let (blocks, predicting) = (keys.number("block_count")?, keys.number("nextn_predict_layers")?);
    let layers = blocks.saturating_sub(predicting);
    let shared = shared(keys, layers)?;
    if layers == 0 || shared > layers || layers > MOST_LAYERS {
        let wrong =
            format!("{blocks} layers, of which {predicting} only predict and {shared} share a cache, cannot be");
        return Err(Error(wrong + "; the file is damaged"));
    }
    let pattern = pattern::of(keys, layers, shared)?;
    let heads = keys.number("attention.head_count")?;
    let (kv_heads, global_kv_heads) = kv_heads(keys, layers, heads, pattern.window > 0)?;
    let widths = widths(keys, heads)?;
    let experts = keys.number("expert_count")?;
    let (feed_forward, expert_feed_forward) = feed_forward(keys, tensors, experts)?;
    let stated = keys.number("vocab_size")?;
    let vocabulary = [tensors.tokens, stated, keys.count("tokenizer.ggml.tokens")].into_iter().find(|count| *count > 0);
    let mut network = Network {
        architecture: Network::architecture(name),
        layers,
        embedding: keys.number("embedding_length")?,
        heads,
        vocabulary: vocabulary.unwrap_or_default(),
        context: keys.number("context_length")?,
        kv_heads,
        head_dim: widths.key,
        head_dim_v: if widths.value == widths.key { 0 } else { widths.value },
        feed_forward,
        tied: false,
        experts,
        experts_used: keys.number("expert_used_count")?,
        expert_feed_forward,
        window: pattern.window,
        global_every: pattern.every,
        global_kv_heads,
        global_head_dim: if widths.global == widths.key { 0 } else { widths.global },
        attention_layers: pattern.attention_layers,
        shared_kv_layers: shared,
        per_layer: keys.number("embedding_length_per_layer_input")?,
        kv_lora: widths.latent,
        rope_dim: widths.rope,
        conv: keys.number("ssm.conv_kernel")?,
        inner: keys.number("ssm.inner_size")?,
        state: keys.number("ssm.state_size")?,
        groups: keys.number("ssm.group_count")?,
        recurrent_layers: pattern.recurrent_layers,
        vision: tensors.vision,
        pooling: keys.number("pooling_type")? > 0,
        ..Network::default()
    };
    network.pooling |= network.is_encoder() || tensors.embeds;
    // An encoder has no output over the vocabulary.
    network.tied = tensors.count > 0 && !tensors.output && !network.is_encoder();
    match sizing::implausible(&network) {
        Some((number, most)) => {
            Err(Error(format!("{number} is above {most}, and that of no model is; the file is damaged")))
        }
        None => Ok(network),
    }
}

/// The architecture as llama.cpp calls it.
fn architecture<'k>(keys: &'k Keys, tensors: &Tensors) -> Result<&'k str, Error> {
    let stated = keys.architecture();
    Ok(match stated {
        "gemma3" if tensors.embeds || keys.number("pooling_type")? > 0 => "gemma-embedding",
        "nemotron_h_omni" if keys.number("expert_count")? > 0 => "nemotron_h_moe",
        "nemotron_h_omni" => "nemotron_h",
        _ => ALIASES.iter().find(|(alias, _)| *alias == stated).map_or(stated, |(_, name)| name),
    })
}

/// Last layers without a cache of their own.
fn shared(keys: &Keys, layers: u64) -> Result<u64, Error> {
    // The first 20 have one. Source: `n_layer_kv_from_start` in llama.cpp's `src/models/gemma3n.cpp`.
    if keys.architecture() == "gemma3n" && !keys.has("attention.shared_kv_layers") {
        return Ok(layers.saturating_sub(20));
    }
    keys.number("attention.shared_kv_layers")
}

/// Heads of the cache, and those of the layers that see the whole context where they differ.
fn kv_heads(keys: &Keys, layers: u64, heads: u64, slides: bool) -> Result<(u64, u64), Error> {
    let Some(list) = keys.list("attention.head_count_kv")? else {
        let stated = keys.number("attention.head_count_kv")?;
        return Ok((if stated > 0 { stated } else { heads }, 0));
    };
    let list = || list.iter().copied().take(usize::try_from(layers).unwrap_or(usize::MAX)).filter(|heads| *heads > 0);
    let commonest = |but: u64| {
        let times = |heads: u64| list().filter(|other| *other == heads).count();
        list().filter(|heads| *heads != but).max_by_key(|heads| (times(*heads), *heads)).unwrap_or_default()
    };
    let most = commonest(0);
    // Where no layer slides the kinds cannot be told apart: the largest is never too small.
    Ok(if slides { (most, commonest(most)) } else { (list().max().unwrap_or_default(), 0) })
}

/// Widths of keys and values.
struct Widths {
    key: u64,
    value: u64,
    global: u64,
    latent: u64,
    rope: u64,
}

fn widths(keys: &Keys, heads: u64) -> Result<Widths, Error> {
    let usual = keys.number("embedding_length")?.checked_div(heads).unwrap_or_default();
    let or = |key: &str, otherwise: u64| if keys.has(key) { keys.number(key) } else { Ok(otherwise) };
    let key = or("attention.key_length", usual)?;
    let value = or("attention.value_length", usual)?;
    let latent = keys.number("attention.kv_lora_rank")?;
    if latent > 0 && keys.has("attention.key_length_mla") {
        let rope = keys.number("rope.dimension_count")?;
        let split = (keys.number("attention.key_length_mla")?, or("attention.value_length_mla", value)?);
        // Ollama's glm4moelite has the two kinds the other way round. Source: ollama v0.34.2 `llama/compat`.
        let (key, value) = if split.0 == latent.saturating_add(rope) { (key, value) } else { split };
        return Ok(Widths { key, value, global: key, latent, rope });
    }
    let sliding = or("attention.key_length_swa", key)?;
    let value = or("attention.value_length_swa", value)?;
    Ok(Widths { key: sliding, value, global: key, latent: 0, rope: 0 })
}

/// Widths of the dense feed-forward part and of an expert.
fn feed_forward(keys: &Keys, tensors: &Tensors, experts: u64) -> Result<(u64, u64), Error> {
    let dense = keys.number("feed_forward_length")?;
    let expert = keys.number("expert_feed_forward_length")?;
    Ok(match (experts, expert) {
        (0, _) => (dense, 0),
        // mixtral says the one for the other; Ollama's gpt-oss says neither.
        (_, 0) => (dense, if tensors.expert > 0 { tensors.expert } else { dense }),
        // Many say a width of a dense part that they do not have.
        (_, expert) if !tensors.dense && (tensors.count > 0 || expert == dense) => (0, expert),
        (_, expert) => (dense, expert),
    })
}
