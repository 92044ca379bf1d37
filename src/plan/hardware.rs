//! What do the GPUs of a server hold, on which nodes may pods run, and how do servers keep apart?

use std::collections::BTreeMap;

use super::fit::{Room, ways_out};
use super::{Because, Card, NodeLabel, PlannedModel, Problem, Problems, host};
use crate::facts;
use crate::profile::{GpuVendor, Profile, SpreadOver, TolerationEffect, TolerationOperator};
use crate::sizing::{GpuShare, Load, Sum, place};

/// The GPUs of a server.
#[derive(Clone, Debug)]
pub struct Gpu {
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
    /// Labels of the profile that a node must carry, with their values.
    pub node_selector: BTreeMap<String, String>,
    /// What labels of a node must say besides, so that it carries the GPU; some with a reason.
    pub gpu_nodes: Vec<Because<NodeLabel>>,
    /// Taints of GPU nodes that pods bear.
    pub gpu_tolerations: Vec<Toleration>,
    /// Taints of the profile that pods bear.
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
    Some(Gpu { count: Because::new(card.count, reason), card, shares: placed.gpus })
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
    let tolerations = hardware.tolerations.iter().map(|toleration| Toleration {
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
    });
    let is_nvidia = gpu.is_some_and(|gpu| gpu.card.device.vendor == GpuVendor::Nvidia);
    let class = Some(platform.runtime_class).filter(|class| is_nvidia && !class.is_empty());
    Placement {
        node_selector: hardware.node_selector.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect(),
        gpu_nodes: gpu.map(|gpu| gpu.card.labels.clone()).unwrap_or_default(),
        gpu_tolerations: gpu.map(|gpu| gpu_tolerations(platform, gpu.card.device.vendor)).unwrap_or_default(),
        tolerations: tolerations.collect(),
        runtime_class: hardware.runtime_class.as_ref().map(ToString::to_string).or(class.map(str::to_owned)),
        priority_class: hardware.priority_class.as_ref().map(ToString::to_string),
    }
}

/// The taint that is usual for the vendor's GPUs, and those of the platform.
fn gpu_tolerations(platform: &facts::Platform, vendor: GpuVendor) -> Vec<Toleration> {
    // Whatever the resource of a slice is called, its node has the taint of the whole.
    let usual = vendor.resource();
    let exists = Toleration { key: Some(usual.into()), operator: "Exists", value: None, effect: Some("NoSchedule") };
    let more = platform.taints.iter().filter_map(|taint| {
        let (pair, effect) = taint.split_once(':')?;
        let (key, value) = pair.split_once('=')?;
        (key != usual).then(|| Toleration {
            key: Some(key.to_owned()),
            operator: "Equal",
            value: Some(value.to_owned()),
            effect: Some(effect),
        })
    });
    std::iter::once(exists).chain(more).collect()
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
