//! What does a profile say of the proxy beside each server?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Paths;
use crate::names::{DnsLabel, DnsName, LabelKey, LabelValue};
use crate::units::Seconds;

/// A proxy beside each server (`HAProxy`): all requests pass through it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Proxy {
    /// A Secret whose key `keys` has an API key a line, for `Authorization: Bearer KEY`; none: nobody is asked.
    pub keys: Option<DnsName>,
    /// What may be asked.
    pub paths: Paths,
    /// How long an answer may stay silent, at least as long as the ways in from outside allow.
    pub timeout: Option<Seconds>,
    /// Its image, with a tag or digest; none: the one that was tested.
    pub image: Option<String>,
    /// Who reads its numbers: requests in work are the signal to scale by.
    pub metrics: Option<Metrics>,
}

/// A Prometheus that reads the proxies' numbers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metrics {
    /// Its namespace, which may then connect.
    pub namespace: DnsLabel,
    /// Whether a `PodMonitor` of the Prometheus operator tells it; else the annotations `prometheus.io/…` do.
    #[serde(default = "yes")]
    pub pod_monitor: bool,
    /// Labels by which that Prometheus chooses its monitors.
    #[serde(default)]
    pub labels: BTreeMap<LabelKey, LabelValue>,
}

fn yes() -> bool {
    true
}
