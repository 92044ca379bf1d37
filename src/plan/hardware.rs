//! Which GPUs does a server get, on which nodes may pods run, and how do servers keep apart?

use std::collections::BTreeMap;

use super::fit::{Room, ways_out};
use super::{Because, PlannedModel, Problem, Problems, host};
use crate::facts;
use crate::profile::{Profile, SpreadOver, TolerationEffect, TolerationOperator};
use crate::sizing::{GpuShare, Load, Sum, place};
use crate::units::Bytes;

/// The GPUs of a server.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// The extended resource.
    pub resource: &'static str,
    /// How many, and what they must hold.
    pub count: Because<u32>,
    /// Which card, as far as the profile says.
    pub card: Card,
    /// What each of them holds.
    pub shares: Vec<GpuShare>,
}

/// On which nodes pods may run.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Labels that a node must carry, with their values.
    pub node_selector: BTreeMap<String, String>,
    /// A label that says "GPU here", value `true`, where the platform has one.
    pub gpu_label: Option<&'static str>,
    /// Taints that pods bear.
    pub tolerations: Vec<Toleration>,
    /// A runtime class.
    pub runtime_class: Option<String>,
    /// A priority class.
    pub priority_class: Option<String>,
}

/// A taint that pods bear.
#[derive(Clone, Debug, PartialEq)]
pub struct Toleration {
    /// The taint's key; none: every taint.
    pub key: Option<String>,
    /// `Exists` or `Equal`.
    pub operator: &'static str,
    /// The taint's value.
    pub value: Option<String>,
    /// The taint's effect; none: every effect.
    pub effect: Option<&'static str>,
}

/// How servers keep apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// What no two of them share.
    pub over: SpreadOver,
    /// Whether a server waits rather than share it.
    pub required: bool,
}

/// A card of this catalogue or size: what a program can use of it, and how nodes show that they carry it.
#[derive(Clone, Debug)]
pub struct Card {
    /// The row of the catalogue, where the profile names one.
    pub row: Option<&'static facts::Gpu>,
    /// How many, all on one node.
    pub count: u32,
    /// What a program can use of each; none: the profile does not say.
    pub usable: Option<Bytes>,
    /// What a node's label must say.
    pub label: Option<Because<GpuLabel>>,
}

/// A label of GPU feature discovery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GpuLabel {
    /// `nvidia.com/gpu.product` is one of these.
    Product(&'static [&'static str]),
    /// `nvidia.com/gpu.memory` is more MiB than this.
    MemoryAbove(u64),
}

/// Of a card that is sold as so many GB a node's label shows at least 92 % (an old driver on a T4 of 16 GB: 15109 MiB), and
/// a program sees at least 90 % (a new driver on the same: 14912 MiB).
const LABELLED: u64 = 92;
const USABLE: u64 = 90;

pub(super) fn card(profile: &Profile, problems: &mut Problems) -> Option<Card> {
    let asked = profile.hardware.gpu.as_ref()?;
    let count = asked.count.clamp(1, 16);
    if count != asked.count {
        problems.error(
            Problem::new("hardware.gpu.count", format!("{} GPUs cannot be on one node", asked.count)).help("1 to 16"),
        );
    }
    if asked.model.is_some() && asked.memory.is_some() {
        problems.error(
            Problem::new("hardware.gpu.memory", "both a card and its memory are given")
                .and("hardware.gpu.model", "the card")
                .help("keep one of them"),
        );
    }
    let row = asked.model.as_ref().and_then(|name| {
        let row = facts::gpu(name).filter(|row| row.vendor == "nvidia");
        if row.is_none() {
            problems.error(unknown_card(name));
        }
        row
    });
    let (usable, label) = match (row, asked.memory) {
        (Some(row), _) => {
            let reason =
                format!("{} MiB, of which programs see {}; by GPU feature discovery", row.memory, row.usable());
            (Some(Bytes::mib(row.usable())), Some(Because::new(GpuLabel::Product(row.products), reason)))
        }
        (None, Some(memory)) => {
            let mib = memory.0.div_ceil(1 << 20);
            let above = GpuLabel::MemoryAbove(mib * LABELLED / 100);
            let reason = format!("MiB: {LABELLED} % of {memory}, as drivers show less than is sold; no smaller card");
            (Some(Bytes::mib(mib * USABLE / 100)), Some(Because::new(above, reason)))
        }
        (None, None) => (None, None),
    };
    Some(Card { row, count, usable, label })
}

fn unknown_card(name: &str) -> Problem {
    let known = facts::GPUS.iter().filter(|row| row.vendor == "nvidia").map(|row| row.name);
    if facts::gpu(name).is_some() {
        return Problem::new(
            "hardware.gpu.model",
            format!("\"{name}\" is not made by NVIDIA, whose cards alone can be used yet"),
        );
    }
    let near: Vec<&str> = known.filter(|known| alike(known, name)).take(6).collect();
    let help = if near.is_empty() { String::new() } else { format!("there are: {}; ", near.join(", ")) };
    Problem::new("hardware.gpu.model", format!("no GPU \"{name}\" in the catalogue"))
        .help(format!("{help}`ollama-k8s gpus` lists them; or give memory: 24Gi as it is sold"))
}

/// Whether both begin with the same letter and digit, as `a100` and `A10G` do.
fn alike(known: &str, name: &str) -> bool {
    let start = |text: &str| {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).take(2).collect::<Vec<_>>()
    };
    start(known) == start(name)
}

pub(super) fn gpu(
    card: Option<Card>,
    loaded: &[&PlannedModel],
    load: Load,
    room: Room,
    problems: &mut Problems,
) -> Option<Gpu> {
    let card = card?;
    let placed = place(&host::shapes(loaded), load, card.count, card.usable);
    let fullest = placed.gpus.iter().max_by_key(|gpu| gpu.total()).copied().unwrap_or_default();
    let sum = share_sum(&fullest);
    let each = if card.count > 1 { " on each" } else { "" };
    if let Some(usable) = card.usable {
        let fits = fullest.total() <= usable;
        if !fits || !placed.stay {
            let message = if fits {
                format!(
                    "{} models would push each other out: Ollama keeps 80 % of what is free as a margin",
                    loaded.len()
                )
            } else {
                format!("{} GiB{each} cannot hold it: {} GiB = {sum}", usable.in_gib(), sum.total().in_gib())
            };
            problems.error(
                Problem::new("hardware.gpu", message)
                    .label(format!("{} GiB of it can be used", usable.in_gib()))
                    .help(ways_out(room, loaded, load).trim_start_matches("; ").to_owned()),
            );
        }
    }
    let of = card.usable.map(|usable| format!("; {} GiB can be used", usable.in_gib())).unwrap_or_default();
    let reason = format!("to hold {} GiB{each} = {sum}{of}", sum.total().in_gib());
    Some(Gpu { resource: "nvidia.com/gpu", count: Because::new(card.count, reason), card, shares: placed.gpus })
}

/// What one GPU holds, as a sum.
pub fn share_sum(share: &GpuShare) -> Sum {
    let models = &share.models;
    Sum::default()
        .plus(models.weights, "weights")
        .plus(models.projector, "projector")
        .plus(models.kv_cache, "KV cache")
        .plus(models.recurrent, "recurrent state")
        .plus(models.compute, "compute")
        .plus(share.driver, "driver")
        .plus(share.margin, "kept free")
}

pub(super) fn placement(profile: &Profile, platform: &'static facts::Platform, gpu: Option<&Gpu>) -> Placement {
    let hardware = &profile.hardware;
    let mut tolerations: Vec<Toleration> = Vec::new();
    if let Some(gpu) = gpu {
        let key = Some(gpu.resource.to_owned());
        tolerations.push(Toleration { key, operator: "Exists", value: None, effect: Some("NoSchedule") });
    }
    tolerations.extend(hardware.tolerations.iter().map(|toleration| Toleration {
        key: toleration.key.as_ref().map(ToString::to_string),
        operator: match (toleration.operator, &toleration.value) {
            (Some(TolerationOperator::Equal), _) | (None, Some(_)) => "Equal",
            (Some(TolerationOperator::Exists), _) | (None, None) => "Exists",
        },
        value: toleration.value.as_ref().map(ToString::to_string),
        effect: toleration.effect.map(|effect| match effect {
            TolerationEffect::NoSchedule => "NoSchedule",
            TolerationEffect::PreferNoSchedule => "PreferNoSchedule",
            TolerationEffect::NoExecute => "NoExecute",
        }),
    }));
    Placement {
        node_selector: hardware.node_selector.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        gpu_label: gpu.map(|_| platform.gpu_label).filter(|label| !label.is_empty()),
        tolerations,
        runtime_class: hardware.runtime_class.as_ref().map(ToString::to_string),
        priority_class: hardware.priority_class.as_ref().map(ToString::to_string),
    }
}

/// How several servers keep apart.
pub(super) fn spread(profile: &Profile) -> Option<Spread> {
    (profile.most_servers().1 > 1).then_some(Spread { over: profile.spread.over, required: profile.spread.required })
}

pub(super) fn platform(profile: &Profile, problems: &mut Problems) -> &'static facts::Platform {
    facts::platform(&profile.platform).unwrap_or_else(|| {
        let known: Vec<&str> = facts::PLATFORMS.iter().map(|row| row.name).collect();
        problems.error(
            Problem::new("platform", format!("no platform \"{}\"", profile.platform))
                .help(format!("there are: {}", known.join(", "))),
        );
        &facts::PLATFORMS[0]
    })
}
