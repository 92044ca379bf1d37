//! How much memory does a model take: pure arithmetic, in bytes, from its shape and the settings.
//!
//! The formulas are those of llama-server, measured with Ollama 0.34.2 on 734 shapes and settings in 2026-11:
//! KV cache and output buffer agree to the byte, the compute buffer is a bound that none exceeded.
//! Only networks whose every layer sees the whole context are covered; others must be given as bytes a token.

use std::fmt;

use crate::facts;
use crate::units::Bytes;

/// What of a model decides its memory.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// The weights: all layers of the manifest.
    pub weights: Bytes,
    /// KV cache of one token in f16.
    pub kv_per_token: Bytes,
    /// Floats that one token of a micro-batch needs at the widest point of the graph.
    pub graph_width: u64,
    /// Attention heads.
    pub heads: u64,
    /// Tokens of the output layer.
    pub vocabulary: u64,
    /// The longest context, where it is known.
    pub context: Option<u64>,
}

/// The widest graph and the most heads measured, those of llama3.1:405b: what is assumed of a model whose
/// dimensions nobody gave.
const WIDEST_GRAPH: u64 = 225_286;
const MOST_HEADS: u64 = 128;
/// The largest vocabulary measured, that of gemma3.
const LARGEST_VOCABULARY: u64 = 262_208;

impl Shape {
    /// A model of the catalogue.
    pub fn of(row: &facts::Model) -> Self {
        Self {
            weights: Bytes(row.bytes),
            kv_per_token: kv_per_token(row.layers, row.kv_heads, row.head_dim),
            graph_width: 3 * row.feed_forward + 3 * row.embedding + 2 * row.heads * row.head_dim,
            heads: row.heads,
            vocabulary: row.vocabulary,
            context: Some(row.context),
        }
    }

    /// A model of which only size and KV cache are known; the rest is assumed as wide as anything measured.
    pub fn given(weights: Bytes, kv_per_token: Bytes) -> Self {
        Self {
            weights,
            kv_per_token,
            graph_width: WIDEST_GRAPH,
            heads: MOST_HEADS,
            vocabulary: LARGEST_VOCABULARY,
            context: None,
        }
    }
}

/// Bytes of KV cache (f16) a token: keys and values of every layer.
pub fn kv_per_token(layers: u64, kv_heads: u64, head_dim: u64) -> Bytes {
    Bytes(2 * 2) * layers * kv_heads * head_dim
}

/// The settings that decide memory.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Tokens of context a request.
    pub context: u64,
    /// Requests at once.
    pub parallel: u64,
    /// Bytes that 64 bytes of f16 cache take: 64, or less where the cache is quantised.
    pub cache_of_64: u64,
    /// Whether attention is computed without its whole matrix.
    pub flash_attention: bool,
}

impl Load {
    /// llama-server rounds a context up to 256 tokens, and cuts it at what the model was trained for.
    fn cells(self, shape: &Shape) -> u64 {
        let context = shape.context.map_or(self.context, |longest| self.context.min(longest));
        context.div_ceil(256) * 256
    }

    /// Tokens that are computed together. Source: ollama v0.32.15 `server/sched.go` 797.
    fn micro_batch(self) -> u64 {
        match self.context * self.parallel {
            0..=4096 => 512,
            4097..=32_768 => 1024,
            _ => 2048,
        }
    }
}

/// The memory of one loaded model, by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// The weights.
    pub weights: Bytes,
    /// Keys and values of all slots.
    pub kv_cache: Bytes,
    /// What one micro-batch needs, and the output buffer.
    pub compute: Bytes,
}

impl Footprint {
    /// Everything that one loaded model takes where it runs.
    pub fn total(&self) -> Bytes {
        self.weights + self.kv_cache + self.compute
    }
}

/// What a model takes under these settings.
pub fn footprint(shape: &Shape, load: Load) -> Footprint {
    let cells = load.cells(shape);
    let slot = Bytes(shape.kv_per_token.0.saturating_mul(cells) / 64 * load.cache_of_64);
    let floats = if load.flash_attention {
        4 * shape.graph_width + 2 * cells
    } else {
        // Every head holds its attention to all cells at once.
        4 * (shape.heads * cells + cells + shape.graph_width)
    };
    let graph = Bytes(load.micro_batch().saturating_mul(floats)) + Bytes::mib(2);
    let output = Bytes(load.parallel * shape.vocabulary * 4);
    Footprint { weights: shape.weights, kv_cache: slot * load.parallel, compute: graph + output }
}

/// A sum with its parts, printed as `44.2 weights + 2.5 KV cache`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum(Vec<(Bytes, &'static str)>);

impl Sum {
    /// With one more part; nothing is added for nothing.
    #[must_use]
    pub fn plus(mut self, amount: Bytes, what: &'static str) -> Self {
        if amount > Bytes(0) {
            self.0.push((amount, what));
        }
        self
    }

    /// All parts together.
    pub fn total(&self) -> Bytes {
        self.0.iter().map(|(amount, _)| *amount).sum()
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (amount, what)) in self.0.iter().enumerate() {
            let plus = if at == 0 { "" } else { " + " };
            write!(f, "{plus}{} {what}", amount.in_gib())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEFAULT: Load = Load { context: 4096, parallel: 1, cache_of_64: 64, flash_attention: true };

    fn of(name: &str, load: Load) -> Footprint {
        let name = name.parse().expect("a name");
        footprint(&Shape::of(facts::model(&name).expect("in the catalogue")), load)
    }

    #[test]
    fn the_kv_cache_is_what_servers_logged() {
        // Real logs of Ollama and llama-server: tokens of context, cache type, MiB.
        for (model, context, cache_of_64, mib) in [
            ("qwen3:8b", 40_960, 64, 5760),
            ("qwen3:14b", 16_384, 64, 2560),
            ("qwen2.5:3b", 16_384, 64, 576),
            ("qwen2.5:32b", 8192, 34, 1088),
        ] {
            let load = Load { context, cache_of_64, ..DEFAULT };
            assert_eq!(of(model, load).kv_cache, Bytes::mib(mib), "{model}");
        }
    }

    #[test]
    fn a_context_is_rounded_up_to_256_and_cut_at_the_model_s_own() {
        let per_token = kv_per_token(28, 8, 128);
        assert_eq!(of("llama3.2:3b", Load { context: 3000, ..DEFAULT }).kv_cache, per_token * 3072);
        assert_eq!(
            of("phi4:14b", Load { context: 100_000, ..DEFAULT }).kv_cache,
            of("phi4:14b", Load { context: 16_384, ..DEFAULT }).kv_cache
        );
    }

    #[test]
    fn the_compute_buffer_is_a_close_bound_of_what_was_measured() {
        // llama_server_buffers, 2026-11: floats a token of the micro-batch, f16 cache, flash attention.
        for (model, measured) in
            [("llama3.2:1b", 32_774), ("llama3.3:70b", 118_790), ("qwen2.5:72b", 121_478), ("qwen3:8b", 53_254)]
        {
            let cells = 4096;
            let exact = 512 * (4 * measured + 2 * cells);
            let bound = of(model, DEFAULT).compute.0;
            assert!(bound > exact && bound < exact * 115 / 100, "{model}: {bound} against {exact}");
        }
    }

    #[test]
    fn without_flash_attention_the_whole_matrix_is_held() {
        let load = Load { context: 16_384, flash_attention: false, ..DEFAULT };
        assert!(
            of("llama3.3:70b", load).compute > of("llama3.3:70b", Load { flash_attention: true, ..load }).compute * 4
        );
    }

    #[test]
    fn parallel_requests_multiply_the_cache_and_grow_the_micro_batch() {
        let one = of("llama3.1:8b", DEFAULT);
        let four = of("llama3.1:8b", Load { parallel: 4, ..DEFAULT });
        assert_eq!(four.kv_cache, one.kv_cache * 4);
        assert!(four.compute > one.compute);
    }

    #[test]
    fn a_sum_is_printed_with_its_parts() {
        let sum = Sum::default()
            .plus(Bytes::gib(44), "weights")
            .plus(Bytes(0), "nothing")
            .plus(Bytes::mib(512), "prompt cache");
        assert_eq!(sum.to_string(), "44.0 weights + 0.5 prompt cache");
        assert_eq!(sum.total(), Bytes::mib(44 * 1024 + 512));
    }
}
