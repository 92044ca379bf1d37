//! What does a server keep in host memory: the models, where no GPU holds them, and what comes with them?

use super::PlannedModel;
use crate::profile::Profile;
use crate::sizing::{Device, Footprint, Load, Makes, Shape, Sum, footprint, mask};
use crate::units::Bytes;

/// Ollama, llama-server's program and vocabulary, probes: measured at most 100 MiB for llama-server and 27 MiB
/// for Ollama with models of up to 9 billion parameters, 2026-11; the rest is room.
const PROGRAMS: Bytes = Bytes::mib(512);
/// Host memory of a server whose model is on the GPU: the driver's context and pinned buffers.
/// Source: ollama v0.32.15, "about 1 to 2 GiB".
const GPU_HOST: Bytes = Bytes::gib(2);

/// What a server keeps in host memory besides the models.
#[derive(Clone, Copy, Debug)]
pub(super) struct Host {
    /// Finished prompts of each model.
    prompt_cache: Bytes,
    /// Context checkpoints of each slot.
    checkpoints: u64,
}

impl Host {
    pub(super) fn of(profile: &Profile) -> Self {
        let server = &profile.server;
        Self { prompt_cache: server.prompt_cache, checkpoints: u64::from(server.context_checkpoints.min(32)) }
    }

    /// Host memory of a server with these models loaded.
    pub(super) fn sum(self, models: &[&Shape], load: Load) -> Sum {
        let all = |part: &dyn Fn(&Shape) -> Bytes| models.iter().map(|shape| part(shape)).sum::<Bytes>();
        let of = |part: fn(&Footprint) -> Bytes| all(&|shape| part(&footprint(shape, load)));
        let sum = match load.device {
            Device::Gpu(_) => Sum::default()
                .plus(GPU_HOST + all(&|s| mask(s, load)), "driver and buffers")
                .plus(all(&|s| s.host_table + s.tied_table), "token embeddings"),
            Device::Cpu => Sum::default()
                .plus(of(|f| f.weights + f.projector), "weights")
                .plus(of(|f| f.kv_cache), "KV cache")
                .plus(of(|f| f.recurrent), "recurrent state")
                .plus(of(|f| f.compute), "compute"),
        };
        sum.plus(all(&|shape| output(shape, load)), "embeddings sent at once")
            .plus(all(&|shape| self.prompt_cache(shape)), "prompt cache")
            .plus(all(&|shape| self.checkpoints(shape, load)), "context checkpoints")
            .plus(PROGRAMS, "programs")
    }

    /// The limit of what is kept of finished prompts: nothing, of a model that keeps no cache.
    pub(super) fn prompt_cache(self, shape: &Shape) -> Bytes {
        if shape.makes == Makes::Encodings { Bytes(0) } else { self.prompt_cache }
    }

    /// Copies of states and windows, outside of the prompt cache's limit.
    pub(super) fn checkpoints(self, shape: &Shape, load: Load) -> Bytes {
        shape.checkpoint() * self.checkpoints * load.slots(shape)
    }
}

/// Results: of a model that makes text a row a slot, which is nothing beside the programs.
fn output(shape: &Shape, load: Load) -> Bytes {
    if shape.makes == Makes::Text { Bytes(0) } else { footprint(shape, load).output }
}

/// The shapes of some models.
pub(super) fn shapes<'a>(models: &[&'a PlannedModel]) -> Vec<&'a Shape> {
    models.iter().map(|model| &model.shape).collect()
}
