//! What does a profile say of hardware: what a server needs, and on which nodes it may run.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Auto;
use crate::names::{DnsName, LabelKey, LabelValue};
use crate::units::{Bytes, Millicores};

/// What a server needs.
#[derive(Clone, Debug, Default, Deserialize)]
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

/// GPUs of one server.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Gpu {
    /// Who made it.
    pub vendor: GpuVendor,
    /// How many, 1 to 16, all on one node.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

/// Makers of GPUs.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum GpuVendor {
    /// `nvidia.com/gpu`.
    Nvidia,
}

/// A taint that the pods bear; fields as in Kubernetes.
#[derive(Clone, Debug, Deserialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum TolerationOperator {
    /// Any value.
    Exists,
    /// That value.
    Equal,
}

/// What a taint does.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum TolerationEffect {
    /// Keeps pods off.
    NoSchedule,
    /// Keeps pods off where it can.
    PreferNoSchedule,
    /// Drives pods away.
    NoExecute,
}
