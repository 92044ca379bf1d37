//! Which GPUs does a server get, on which nodes may pods run, and how do servers keep apart?

use std::collections::BTreeMap;

use super::{Because, Problem, Problems, memory};
use crate::facts;
use crate::profile::{GpuVendor, Profile, SpreadOver, TolerationEffect, TolerationOperator};
use crate::sizing::{Footprint, Sum};
use crate::units::Bytes;

/// The GPUs of a server.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// The extended resource.
    pub resource: &'static str,
    /// How many, and what they must hold.
    pub count: Because<u32>,
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

/// The CUDA context of each process on each GPU. Source: ollama v0.32.15 `ml/device.go` 359, 457 MiB.
const GPU_CONTEXT: Bytes = Bytes::mib(457);

pub(super) fn gpu(profile: &Profile, footprints: &[Footprint], problems: &mut Problems) -> Option<Gpu> {
    let asked = profile.hardware.gpu?;
    let count = asked.count.clamp(1, 16);
    if count != asked.count {
        problems.error(
            Problem::new("hardware.gpu.count", format!("{} GPUs cannot be on one node", asked.count)).help("1 to 16"),
        );
    }
    let loaded = memory::largest(footprints, memory::loaded_models(profile, footprints.len()));
    let of = |part: fn(&Footprint) -> Bytes| loaded.iter().map(part).sum::<Bytes>();
    let sum = Sum::default()
        .plus(of(|f| f.weights), "weights")
        .plus(of(|f| f.kv_cache), "KV cache")
        .plus(of(|f| f.compute), "compute")
        .plus(GPU_CONTEXT * loaded.len() as u64 * u64::from(count), "driver");
    let reason = format!("to hold {} GiB = {sum}", sum.total().in_gib());
    let resource = match asked.vendor {
        GpuVendor::Nvidia => "nvidia.com/gpu",
    };
    Some(Gpu { resource, count: Because::new(count, reason) })
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
    (profile.replicas > 1).then_some(Spread { over: profile.spread.over, required: profile.spread.required })
}
