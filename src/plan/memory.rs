//! How much memory, CPU and scratch space does a server take?

use super::{Because, Gpu, PlannedModel, Problem, Problems};
use crate::profile::{Auto, CacheType, FlashAttention, Profile};
use crate::sizing::{Footprint, Load, Sum, footprint};
use crate::units::{Bytes, Millicores};

/// What a server pod takes.
#[derive(Clone, Debug)]
pub struct ServerSize {
    /// Cores that are reserved.
    pub cpu: Because<Millicores>,
    /// Whether the cores are also the limit, and the number of threads.
    pub cpu_is_limit: bool,
    /// Host memory, reserved and the limit.
    pub memory: Because<Bytes>,
    /// Scratch space: the home folder.
    pub home: Because<Bytes>,
}

/// Ollama, llama-server's program and vocabulary, probes: measured at most 100 MiB for llama-server and 27 MiB
/// for Ollama with models of up to 9 billion parameters, 2026-11; the rest is room.
const PROGRAMS: Bytes = Bytes::mib(512);
/// Host memory of a server whose model is on the GPU: the driver's context, pinned buffers and the embedding
/// table, which stays in host memory. Source: ollama v0.32.15, "about 1 to 2 GiB".
const GPU_HOST: Bytes = Bytes::gib(2);

/// The footprint of every model, in the order of the models.
pub(super) fn footprints(profile: &Profile, models: &[PlannedModel], problems: &mut Problems) -> Vec<Footprint> {
    let server = &profile.server;
    if !(256..=1_048_576).contains(&server.context_length) {
        problems.error(
            Problem::new(
                "server.contextLength",
                format!("{} is not a context that can be served", server.context_length),
            )
            .help("256 to 1048576 tokens"),
        );
    }
    if !(1..=64).contains(&server.parallel) {
        problems.error(
            Problem::new("server.parallel", format!("{} requests at once cannot be served", server.parallel))
                .help("1 to 64"),
        );
    }
    if server.kv_cache != CacheType::F16 && server.flash_attention == FlashAttention::Off {
        problems.error(Problem::new("server.kvCache", "a quantised cache needs flash attention")
            .and("server.flashAttention", "turned off here")
            .help("leave flashAttention out, or set kvCache: f16; the server would start and fail at the first request"));
    }
    for (at, model) in models.iter().enumerate() {
        if let Some(longest) = model.shape.context
            && u64::from(server.context_length) > longest
        {
            problems.warning(
                Problem::new(
                    "server.contextLength",
                    format!("`{}` was trained for {longest} tokens: Ollama cuts the context there", model.name),
                )
                .and(format!("models[{at}]"), "this model")
                .help(format!("set contextLength: {longest}")),
            );
        }
    }
    let load = Load {
        context: u64::from(server.context_length.clamp(256, 1_048_576)),
        parallel: u64::from(server.parallel.clamp(1, 64)),
        cache_of_64: match server.kv_cache {
            CacheType::F16 => 64,
            CacheType::Q8 => 34,
            CacheType::Q4 => 18,
        },
        flash_attention: server.flash_attention != FlashAttention::Off,
    };
    models.iter().map(|model| footprint(&model.shape, load)).collect()
}

/// How many models are in memory at once.
pub(super) fn loaded_models(profile: &Profile, models: usize) -> usize {
    match profile.server.max_loaded_models {
        Auto::Auto => models,
        Auto::Given(number) => models.min(number as usize),
    }
}

/// The models that can be in memory at once and take the most.
pub(super) fn largest(footprints: &[Footprint], count: usize) -> Vec<Footprint> {
    let mut sorted = footprints.to_vec();
    sorted.sort_by_key(|footprint| std::cmp::Reverse(footprint.total()));
    sorted.truncate(count);
    sorted
}

pub(super) fn size(
    profile: &Profile,
    gpu: Option<&Gpu>,
    footprints: &[Footprint],
    problems: &mut Problems,
) -> ServerSize {
    let loaded = largest(footprints, loaded_models(profile, footprints.len()));
    let of = |part: fn(&Footprint) -> Bytes| loaded.iter().map(part).sum::<Bytes>();
    let prompt_cache = profile.server.prompt_cache * loaded.len() as u64;
    let sum = match gpu {
        Some(_) => Sum::default().plus(GPU_HOST, "driver, buffers and embeddings"),
        None => Sum::default()
            .plus(of(|f| f.weights), "weights")
            .plus(of(|f| f.kv_cache), "KV cache")
            .plus(of(|f| f.compute), "compute"),
    };
    let sum = sum.plus(prompt_cache, "prompt cache").plus(PROGRAMS, "programs");
    let needed = sum.total().round_up(Bytes::gib(1));
    let memory = match profile.hardware.memory {
        Auto::Auto => needed,
        Auto::Given(given) => {
            if given < sum.total() {
                let message = format!("{given} of memory cannot hold it: {} GiB = {sum}", sum.total().in_gib());
                problems.error(Problem::new("hardware.memory", message).label(format!("{needed} is needed")).help(
                    "leave memory out, shorten server.contextLength, set server.kvCache: q8_0, or take a smaller model",
                ));
            }
            given
        }
    };
    let (cpu, reason) = match (gpu, profile.hardware.cpu) {
        (None, Some(cpu)) => (cpu, "the limit as well: one thread a core, none that waits for CPU time"),
        (None, None) => (Millicores(8000), "nothing was asked for: one thread a core, none that waits for CPU time"),
        (Some(_), Some(cpu)) => (cpu, "a share, no limit: the GPU does the work"),
        (Some(_), None) => (Millicores(2000), "a share, no limit: the GPU does the work; fits a node of 4 cores"),
    };
    let home = match gpu {
        Some(_) => Because::new(Bytes::gib(2), "key, logs, and the driver's cache of compiled kernels"),
        None => Because::new(Bytes::mib(256), "key and logs"),
    };
    ServerSize {
        cpu: Because::new(cpu, reason),
        cpu_is_limit: gpu.is_none(),
        memory: Because::new(memory, format!("{memory} for {} GiB = {sum}", sum.total().in_gib())),
        home,
    }
}
