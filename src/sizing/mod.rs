//! How much does a model take: pure arithmetic, in whole bytes, from its shape and the settings.
//!
//! The formulas are those of llama-server, measured with Ollama 0.34.2 on 734 shapes and settings in 2026-11 and held
//! against published measurements by `tests/facts.rs`: caches and states agree to the byte, compute buffers to 1 %
//! where the graph was measured, and are bounded where it was not.

mod estimate;
mod footprint;
mod gpus;
mod graph;
mod shape;
mod speed;
mod sum;

pub use estimate::{Known, Origin, known, next_finer, requantised};
pub use footprint::{CacheType, Device, Footprint, Load, footprint, footprint_of_batch, mask, predicted};
pub use gpus::{FIT_MARGIN, GPU_CONTEXT, GpuShare, Placed, fit_on, place, smallest_card};
pub use shape::{Cache, Makes, Shape, implausible};
pub use speed::{DOWNLOAD, STORE, Throughput};
pub use sum::Sum;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Bytes;

    const DEFAULT: Load =
        Load { context: 4096, parallel: 1, cache: CacheType::F16, flash_attention: true, device: Device::Cpu };

    fn of(name: &str, load: Load) -> Footprint {
        footprint(&known(&name.parse().expect("a name")).expect("in the catalogue").shape, load)
    }

    #[test]
    fn the_kv_cache_is_what_servers_logged() {
        // Real logs of Ollama and llama-server: tokens of context, cache type, MiB.
        for (model, context, cache, mib) in [
            ("qwen3:8b", 40_960, CacheType::F16, 5760),
            ("qwen3:14b", 16_384, CacheType::F16, 2560),
            ("qwen2.5:3b", 16_384, CacheType::F16, 576),
            ("qwen2.5:32b", 8192, CacheType::Q8, 1088),
            ("qwen3.5:9b", 262_144, CacheType::F16, 8192),
        ] {
            assert_eq!(of(model, Load { context, cache, ..DEFAULT }).kv_cache, Bytes::mib(mib), "{model}");
        }
    }

    #[test]
    fn a_context_is_rounded_up_to_256_and_cut_at_the_model_s_own() {
        let per_token = Bytes(2 * 2 * 28 * 8 * 128);
        assert_eq!(of("llama3.2:3b", Load { context: 3000, ..DEFAULT }).kv_cache, per_token * 3072);
        assert_eq!(
            of("phi4:14b", Load { context: 100_000, ..DEFAULT }).kv_cache,
            of("phi4:14b", Load { context: 16_384, ..DEFAULT }).kv_cache
        );
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
    fn a_model_that_ollama_gives_one_request_at_a_time_takes_one_slot() {
        let four = Load { parallel: 4, ..DEFAULT };
        assert_eq!(of("qwen3.5:9b", four), of("qwen3.5:9b", DEFAULT));
        assert_eq!(of("bge-m3:latest", four), of("bge-m3:latest", DEFAULT));
    }

    #[test]
    fn the_output_of_an_embedding_model_grows_to_all_tokens_sent_at_once() {
        // bge-m3: 2048 tokens x (250002 of vocabulary + 1024) x 4 bytes.
        let embedding = of("bge-m3:latest", Load { context: 8192, ..DEFAULT });
        assert_eq!(embedding.output, Bytes(2048 * (250_002 + 1024) * 4));
        assert_eq!(embedding.kv_cache, Bytes(0));
    }
}
