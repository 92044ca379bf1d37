//! How much memory, CPU and scratch space does a server take, and which models are in it at once?

use super::fit::{Room, ways_out};
use super::host::{Host, shapes};
use super::{Because, Card, PlannedModel, Problem, Problems};
use crate::facts::Platform;
use crate::profile::{self, Auto, FlashAttention, Profile};
use crate::sizing::{CacheType, Device, Load, Sum, footprint};
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
    /// What the memory is for.
    pub memory_sum: Sum,
    /// Scratch space: the home folder.
    pub home: Because<Bytes>,
    /// Whether all that a container may have of the node's disk is reserved: the platform makes the limit of it.
    pub disk_is_reserved: bool,
}

/// The settings that decide memory, once for all models.
pub(super) fn load(profile: &Profile, card: Option<&Card>, models: &[PlannedModel], problems: &mut Problems) -> Load {
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
    if server.kv_cache != profile::CacheType::F16 && server.flash_attention == FlashAttention::Off {
        problems.error(Problem::new("server.kvCache", "a quantised cache needs flash attention")
            .and("server.flashAttention", "turned off here")
            .help("leave flashAttention out, or set kvCache: f16; the server would start and fail at the first request"));
    }
    for (at, model) in models.iter().enumerate() {
        let field = format!("models[{at}]");
        let (asked, setting) = match model.shape.own_context {
            Some(own) => (own, format!("{field}.contextLength")),
            None => (u64::from(server.context_length), "server.contextLength".to_owned()),
        };
        if let Some(longest) = model.shape.context.filter(|longest| asked > *longest) {
            let message = format!("`{}` was trained for {longest} tokens: Ollama cuts the context there", model.name);
            problems.warning(
                Problem::new(setting, message).and(&field, "this model").help(format!("set contextLength: {longest}")),
            );
        }
        if model.shape.one_at_a_time && server.parallel > 1 {
            let message = format!("Ollama gives `{}` one request at a time, whatever it is told", model.name);
            problems.warning(
                Problem::new("server.parallel", message)
                    .and(&field, "this model")
                    .help("set parallel: 1, and more replicas for more requests"),
            );
        }
    }
    Load {
        context: u64::from(server.context_length.clamp(256, 1_048_576)),
        parallel: u64::from(server.parallel.clamp(1, 64)),
        cache: match server.kv_cache {
            profile::CacheType::F16 => CacheType::F16,
            profile::CacheType::Q8 => CacheType::Q8,
            profile::CacheType::Q4 => CacheType::Q4,
        },
        flash_attention: server.flash_attention != FlashAttention::Off,
        device: card.map_or(Device::Cpu, |card| Device::Gpu(card.usable.unwrap_or_default() * u64::from(card.count))),
    }
}

/// The models that are in memory at once, largest first: as many as asked for, or as many as there is room for.
pub(super) fn loaded<'a>(
    profile: &Profile,
    models: &'a [PlannedModel],
    load: Load,
    room: Room,
) -> Vec<&'a PlannedModel> {
    let mut sorted = largest_first(models, load);
    let count = match profile.server.max_loaded_models {
        Auto::Given(number) => sorted.len().min(number as usize),
        Auto::Auto => (1..=sorted.len())
            .rev()
            .find(|&count| room.holds(&shapes(&sorted[..count]), load))
            .unwrap_or(sorted.len().min(1)),
    };
    sorted.truncate(count);
    sorted
}

pub(super) fn largest_first(models: &[PlannedModel], load: Load) -> Vec<&PlannedModel> {
    let mut sorted: Vec<&PlannedModel> = models.iter().collect();
    sorted.sort_by_key(|model| std::cmp::Reverse(footprint(&model.shape, load).total()));
    sorted
}

pub(super) fn size(
    profile: &Profile,
    platform: &Platform,
    loaded: &[&PlannedModel],
    load: Load,
    room: Room,
    problems: &mut Problems,
) -> ServerSize {
    let on_gpu = load.device != Device::Cpu;
    let sum = Host::of(profile).sum(&shapes(loaded), load);
    let needed = sum.total().round_up(Bytes::gib(1));
    let memory = match profile.hardware.memory {
        Auto::Auto => needed,
        Auto::Given(given) => {
            if given < sum.total() {
                let message = format!("{given} of memory cannot hold it: {} GiB = {sum}", sum.total().in_gib());
                let help = if on_gpu { String::new() } else { ways_out(room, loaded, load) };
                problems.error(
                    Problem::new("hardware.memory", message)
                        .label(format!("{needed} is needed"))
                        .help(format!("set hardware.memory: {needed} or leave it out{help}")),
                );
            }
            given
        }
    };
    let (cpu, reason) = match (on_gpu, profile.hardware.cpu) {
        (false, Some(cpu)) => (cpu, "the limit as well: one thread a core, none that waits for CPU time"),
        (false, None) => (Millicores(8000), "nothing was asked for: one thread a core, none that waits for CPU time"),
        (true, Some(cpu)) => (cpu, "a share, no limit: the GPU does the work"),
        (true, None) => (Millicores(2000), "a share, no limit: the GPU does the work; fits a node of 4 cores"),
    };
    let home = if on_gpu {
        Because::new(Bytes::gib(2), "key, logs, and the driver's cache of compiled kernels")
    } else {
        Because::new(Bytes::mib(256), "key and logs")
    };
    ServerSize {
        cpu: Because::new(cpu, reason),
        cpu_is_limit: !on_gpu,
        memory: Because::new(memory, format!("{memory} for {} GiB = {sum}", sum.total().in_gib())),
        memory_sum: sum,
        home,
        // Source: kelos-dev/kelos#296, gcs-fuse-csi-driver#21: GKE Autopilot lowers the limit to what is reserved.
        disk_is_reserved: platform.scratch > 0,
    }
}
