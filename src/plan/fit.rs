//! What else would fit: the largest context, the most requests at once, the smallest card, a finer quantisation?

use serde::Serialize;

use super::host::{Host, shapes};
use super::{Part, PlannedModel};
use crate::facts;
use crate::profile::{Auto, GpuVendor, Profile};
use crate::sizing::{CacheType, Load, Shape, fit_on, next_finer, requantised, smallest_card};
use crate::units::Bytes;

/// Where models must have room.
#[derive(Clone, Copy, Debug)]
pub(super) enum Room {
    /// On the GPUs of a server, each with so much that a program can use; none: nobody said.
    Gpus { count: u32, usable: Option<Bytes>, vendor: GpuVendor, whole: bool, platform: &'static facts::Platform },
    /// In the host memory of a server; none: as much as it takes.
    Memory { limit: Option<Bytes>, host: Host },
}

impl Room {
    pub(super) fn of(profile: &Profile, card: Option<&super::Card>) -> Self {
        if let Some(card) = card {
            return Self::on(card);
        }
        let limit = match profile.hardware.memory {
            Auto::Auto => None,
            Auto::Given(given) => Some(given),
        };
        Self::Memory { limit, host: Host::of(profile) }
    }

    /// On such cards.
    pub(super) fn on(card: &super::Card) -> Self {
        let (vendor, whole) = (card.device.vendor, card.device.part == Part::Whole);
        Self::Gpus { count: card.count, usable: card.usable, vendor, whole, platform: card.platform }
    }

    /// Whether these models can be in memory at once, and stay there.
    pub(super) fn holds(self, models: &[&Shape], load: Load) -> bool {
        match self {
            Self::Gpus { usable: None, .. } | Self::Memory { limit: None, .. } => true,
            Self::Gpus { count, usable: Some(usable), .. } => fit_on(models, load, count, usable),
            Self::Memory { limit: Some(limit), host } => host.sum(models, load).total() <= limit,
        }
    }
}

/// The longest context that all of these models can be given, in steps of 1024 tokens.
pub(super) fn largest_context(room: Room, models: &[&Shape], load: Load) -> Option<u64> {
    const STEP: u64 = 1024;
    let longest = models.iter().filter_map(|shape| shape.context).max().unwrap_or(1 << 20).min(1 << 20);
    let fits = |steps: u64| room.holds(models, Load { context: steps * STEP, ..load });
    largest(longest / STEP, fits).map(|steps| steps * STEP)
}

/// The most requests at once.
pub(super) fn most_parallel(room: Room, models: &[&Shape], load: Load) -> Option<u64> {
    if models.iter().all(|shape| shape.one_at_a_time) {
        return None;
    }
    largest(64, |parallel| room.holds(models, Load { parallel, ..load }))
}

/// The largest of `1..=most` that fits, where what fits is a beginning of that range.
fn largest(most: u64, fits: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut fit, mut not) = (0, most + 1);
    while not - fit > 1 {
        let middle = fit + (not - fit) / 2;
        if fits(middle) { fit = middle } else { not = middle }
    }
    (fit > 0).then_some(fit)
}

/// The next finer quantisation of a model that still fits in its place, with the bytes it would have.
pub(super) fn finer(room: Room, models: &[&PlannedModel], at: usize, load: Load) -> Option<(&'static str, Bytes)> {
    let model = models[at];
    let own = facts::quantization(model.quantization?)?;
    let next = next_finer(own)?;
    let shape = Shape { weights: requantised(model.shape.weights, own, next), ..model.shape };
    let all: Vec<&Shape> =
        models.iter().enumerate().map(|(other, model)| if other == at { &shape } else { &model.shape }).collect();
    room.holds(&all, load).then_some((next.name, shape.weights))
}

/// What to change so that the models fit, as the end of a sentence: only what would work.
pub(super) fn ways_out(room: Room, models: &[&PlannedModel], load: Load) -> String {
    let shapes = shapes(models);
    let mut ways = Vec::new();
    if let Some(context) = largest_context(room, &shapes, load).filter(|context| *context < load.context) {
        ways.push(format!("server.contextLength: {context}"));
    }
    if load.parallel > 1
        && let Some(parallel) = most_parallel(room, &shapes, load).filter(|most| *most < load.parallel)
    {
        ways.push(format!("server.parallel: {parallel}"));
    }
    let holds_with = |cache: &CacheType| room.holds(&shapes, Load { cache: *cache, ..load });
    if load.cache == CacheType::F16
        && load.flash_attention
        && let Some(cache) = [CacheType::Q8, CacheType::Q4].into_iter().find(holds_with)
    {
        ways.push(format!("server.kvCache: {}", cache.name()));
    }
    if let Room::Gpus { count, usable: Some(usable), vendor, whole, platform } = room {
        let mut more = [2, 4, 8].into_iter().filter(|number| whole && *number > count);
        if let Some(number) = more.find(|number| fit_on(&shapes, load, *number, usable)) {
            ways.push(format!("hardware.gpu.count: {number}"));
        }
        if let Some(card) = smallest_card(&shapes, load, |card| is_there(card, vendor, platform)) {
            ways.push(format!("hardware.gpu.model: {}", card.name));
        }
    }
    if shapes.len() > 1 && room.holds(&shapes[..1], load) {
        ways.push("server.maxLoadedModels: 1".to_owned());
    }
    if ways.is_empty() {
        return "; nothing less than a smaller model or a coarser quantisation would fit".to_owned();
    }
    format!("; what would fit: {}, or a smaller model", ways.join(", or "))
}

/// Whether a card of that vendor is to be had there, as far as is known.
fn is_there(card: &facts::Gpu, vendor: GpuVendor, platform: &facts::Platform) -> bool {
    card.vendor == vendor.name() && (vendor != GpuVendor::Nvidia || !platform.card_values(card, 1).is_empty())
}

/// What would also fit in the place that the plan gives the models.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fits {
    /// The longest context, tokens.
    pub context: Option<u64>,
    /// The most requests at once.
    pub parallel: Option<u64>,
    /// The smallest card of the catalogue of which one holds the models, where that is smaller than what they have.
    pub gpu: Option<&'static str>,
    /// Finer quantisations, by model.
    pub quantization: Vec<Finer>,
}

/// A finer quantisation of a model that would still fit.
#[derive(Clone, Debug, Serialize)]
pub struct Finer {
    /// The model.
    pub model: String,
    /// The quantisation.
    pub quantization: &'static str,
    /// Bytes of the weights, estimated.
    pub bytes: u64,
}

impl Fits {
    /// Each as a sentence.
    pub fn lines(&self) -> Vec<String> {
        let context = self.context.map(|context| format!("a context of up to {context} tokens"));
        let parallel = self.parallel.map(|parallel| format!("up to {parallel} requests at once"));
        let gpu = self.gpu.and_then(facts::gpu).map(|card| {
            let machine = card.machines.first().map(|machine| format!(", as in {machine}")).unwrap_or_default();
            format!("on one {} ({} GiB can be used{machine})", card.name, Bytes::mib(card.usable()).in_gib())
        });
        let finer = self.quantization.iter().map(|finer| {
            format!("{} in {}: about {} GiB of weights", finer.model, finer.quantization, Bytes(finer.bytes).in_gib())
        });
        context.into_iter().chain(parallel).chain(gpu).chain(finer).collect()
    }
}

/// Looks for what else would fit: in the memory and on the GPUs that the plan has, computed or given.
pub(super) fn fits(room: Room, models: &[&PlannedModel], load: Load) -> Fits {
    let shapes = shapes(models);
    let known = !matches!(room, Room::Gpus { usable: None, .. });
    let more = |found: Option<u64>, now: u64| found.filter(|found| known && *found > now);
    let quantization = (0..models.len()).filter_map(|at| {
        let (quantization, bytes) = finer(room, models, at, load).filter(|_| known)?;
        Some(Finer { model: models[at].name.to_string(), quantization, bytes: bytes.0 })
    });
    Fits {
        context: more(largest_context(room, &shapes, load), load.context),
        parallel: more(most_parallel(room, &shapes, load), load.parallel),
        gpu: match room {
            Room::Gpus { count, usable, vendor, platform, .. } => {
                let is_smaller = |card: u64| usable.is_none_or(|usable| count > 1 || Bytes::mib(card) < usable);
                let smallest = smallest_card(&shapes, load, |card| is_there(card, vendor, platform));
                smallest.filter(|card| is_smaller(card.usable())).map(|card| card.name)
            }
            Room::Memory { .. } => None,
        },
        quantization: quantization.collect(),
    }
}
