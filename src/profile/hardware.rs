//! What does a profile say of hardware: what a server needs, and on which nodes it may run.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

use super::{Auto, form};
use crate::names::{DnsName, LabelKey, LabelValue};
use crate::units::{Bytes, Millicores};

/// What a server needs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Hardware {
    /// The GPU; none: the CPU does the work.
    pub gpu: Option<Gpu>,
    /// Cores; without a GPU also the number of threads.
    pub cpu: Option<Millicores>,
    /// Host memory.
    pub memory: Auto<Bytes>,
    /// Labels that a node must carry, besides the platform's.
    pub node_selector: BTreeMap<LabelKey, LabelValue>,
    /// Taints that the pods bear, besides the GPU's own.
    pub tolerations: Vec<Toleration>,
    /// A runtime class.
    pub runtime_class: Option<DnsName>,
    /// A priority class.
    pub priority_class: Option<DnsName>,
}

/// GPUs of one server; written as a mapping, or as the name of a card alone.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// Who made it; left out where the card says it.
    pub vendor: Option<GpuVendor>,
    /// A card of the catalogue.
    pub model: Option<String>,
    /// Memory as it is sold, `24Gi` for a card of 24 GB, instead of a card's name.
    pub memory: Option<Bytes>,
    /// How many, 1 to 16, all on one node.
    pub count: u32,
    /// What a device plugin calls them, where it is not the vendor's usual name.
    pub resource: Option<LabelKey>,
    /// Whether a claim of Dynamic Resource Allocation asks for them instead.
    pub dra: bool,
    /// The group of the host that may use the devices of AMD and Intel.
    pub render_group: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WrittenGpu {
    /// Who made it; left out where the card says it.
    vendor: Option<GpuVendor>,
    /// A card of the catalogue, see `ollama-k8s gpus`.
    #[schemars(extend("examples" = form::cards()))]
    model: Option<String>,
    /// Memory as it is sold, `24Gi` for a card of 24 GB, instead of a card's name.
    memory: Option<Bytes>,
    /// How many, all on one node.
    #[schemars(range(min = 1, max = 16), extend("default" = 1))]
    count: Option<u32>,
    /// What the device plugin calls them, where it is not `nvidia.com/gpu`, `amd.com/gpu` or `gpu.intel.com/i915`: a
    /// slice of a card (MIG), or a share of one.
    #[schemars(extend("examples" = ["nvidia.com/mig-3g.40gb", "nvidia.com/gpu.shared", "gpu.intel.com/xe"]))]
    resource: Option<LabelKey>,
    /// Asks by a claim of Dynamic Resource Allocation instead of a device plugin's resource; Kubernetes 1.34 and later,
    /// NVIDIA only.
    #[schemars(extend("default" = false))]
    dra: Option<bool>,
    /// The number of the group `render` of the nodes, which owns the devices of AMD and Intel: `getent group render`.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    render_group: Option<u32>,
}

impl<'de> Deserialize<'de> for Gpu {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameOrMapping)
    }
}

impl JsonSchema for Gpu {
    fn schema_name() -> Cow<'static, str> {
        "Gpu".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let name = json_schema!({
            "type": "string",
            "pattern": "^[^:]+(:0*([1-9]|1[0-6]))?$",
            "examples": form::cards(),
        });
        json_schema!({ "anyOf": [name, WrittenGpu::json_schema(generator)] })
    }
}

struct NameOrMapping;

impl<'de> Visitor<'de> for NameOrMapping {
    type Value = Gpu;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a GPU, or a mapping with `vendor`, `model`, `memory` and `count`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Gpu, E> {
        let (model, count) = match text.rsplit_once(':') {
            Some((model, count)) => (model, count.parse().map_err(|_| E::custom("expected NAME or NAME:COUNT"))?),
            None => (text, 1),
        };
        let model = Some(model.to_owned());
        Ok(Gpu { vendor: None, model, memory: None, count, resource: None, dra: false, render_group: None })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, entries: A) -> Result<Gpu, A::Error> {
        let WrittenGpu { vendor, model, memory, count, resource, dra, render_group } =
            WrittenGpu::deserialize(MapAccessDeserializer::new(entries))?;
        let (count, dra) = (count.unwrap_or(1), dra.unwrap_or(false));
        Ok(Gpu { vendor, model, memory, count, resource, dra, render_group })
    }
}

/// Makers of GPUs.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum GpuVendor {
    /// `nvidia.com/gpu`, CUDA.
    Nvidia,
    /// `amd.com/gpu`, `ROCm`: another image, for amd64 nodes.
    Amd,
    /// `gpu.intel.com/i915`, Vulkan: an experiment.
    Intel,
}

impl GpuVendor {
    /// As in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nvidia => "nvidia",
            Self::Amd => "amd",
            Self::Intel => "intel",
        }
    }

    /// As people write it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Nvidia => "NVIDIA",
            Self::Amd => "AMD",
            Self::Intel => "Intel",
        }
    }

    /// What its device plugin calls a GPU. Source: the READMEs of NVIDIA/k8s-device-plugin, ROCm/k8s-device-plugin and
    /// intel/intel-device-plugins-for-kubernetes (`i915`, and `xe` for the newer driver).
    pub fn resource(self) -> &'static str {
        match self {
            Self::Nvidia => "nvidia.com/gpu",
            Self::Amd => "amd.com/gpu",
            Self::Intel => "gpu.intel.com/i915",
        }
    }

    /// The one of that name, or whose resources begin so.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Nvidia, Self::Amd, Self::Intel].into_iter().find(|vendor| {
            let domain = vendor.resource().split('/').next();
            vendor.name() == name || domain.is_some_and(|domain| name.split('/').next() == Some(domain))
        })
    }
}

/// A taint that the pods bear; fields as in Kubernetes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Toleration {
    /// The taint's key; none: every taint.
    pub key: Option<LabelKey>,
    /// How the value is compared.
    pub operator: Option<TolerationOperator>,
    /// The taint's value.
    pub value: Option<LabelValue>,
    /// The taint's effect; none: every effect.
    pub effect: Option<TolerationEffect>,
}

/// How a taint's value is compared.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub enum TolerationOperator {
    /// Any value.
    Exists,
    /// That value.
    Equal,
}

/// What a taint does.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
pub enum TolerationEffect {
    /// Keeps pods off.
    NoSchedule,
    /// Keeps pods off where it can.
    PreferNoSchedule,
    /// Drives pods away.
    NoExecute,
}
