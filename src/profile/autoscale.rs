//! What does a profile say of a number of servers that changes: from how many to how many, and by what?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Auto;
use crate::names::DnsName;
use crate::tree::{Fault, Node, Value};
use crate::units::Seconds;

/// How many servers there may be, and what KEDA adds and takes away by.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscale {
    /// At least so many servers, less than `max`; 0: none while nobody asks.
    #[serde(default = "Autoscale::usual_min")]
    #[schemars(range(max = 99))]
    pub min: u32,
    /// At most so many servers, 1 to 100: storage and quota are for so many.
    #[schemars(range(min = 1, max = 100))]
    pub max: u32,
    /// Where requests are counted.
    #[serde(default)]
    pub prometheus: Prometheus,
    /// How long nobody asks until the last server goes, with `min: 0`; `auto`: 5m, or as long as it takes to come back.
    #[serde(default)]
    pub cooldown: Auto<Seconds>,
    /// How often KEDA itself asks Prometheus, at least 5s: so late is a first request seen.
    #[serde(default = "Autoscale::usual_polling_interval")]
    pub polling_interval: Seconds,
}

impl Autoscale {
    fn usual_min() -> u32 {
        1
    }

    fn usual_polling_interval() -> Seconds {
        Seconds(30)
    }
}

/// Where requests are counted.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Prometheus {
    /// Its URL, as KEDA reaches it.
    #[schemars(regex(pattern = r"^https?://[^\s@]+$"), example = "http://prometheus-operated.monitoring.svc:9090")]
    pub server_address: Option<String>,
    /// What is asked, in `PromQL`: one number, the requests that all servers together have in work.
    #[schemars(regex(pattern = r"\S"))]
    pub query: Option<String>,
    /// How many of them each server is to have; `auto`: as many as it works on at once.
    pub threshold: Auto<u32>,
    /// A `TriggerAuthentication` of the namespace, where Prometheus asks who asks.
    pub authentication_ref: Option<DnsName>,
    /// What else the trigger takes, such as `namespace` or `authModes`, as text.
    #[schemars(extend("propertyNames" = own_metadata()))]
    pub metadata: BTreeMap<String, String>,
}

/// Metadata of the trigger that have a field, or are always the same.
pub const OUR_METADATA: [&str; 4] = ["serverAddress", "query", "threshold", "ignoreNullValues"];

fn own_metadata() -> k8s_openapi::serde_json::Value {
    k8s_openapi::serde_json::json!({ "not": { "enum": OUR_METADATA } })
}

/// What people write who want to scale by the use of a processor.
const LOAD: [&str; 7] = [
    "cpu",
    "gpu",
    "memory",
    "metrics",
    "targetCPUUtilizationPercentage",
    "targetMemoryUtilizationPercentage",
    "utilization",
];

/// Takes out of a profile what would scale by the load of a pod, and says why that is no measure.
pub(super) fn refuse_load(profile: &mut Node, faults: &mut Vec<Fault>) {
    let Value::Mapping(fields) = &mut profile.value else { return };
    let Some(autoscale) = fields.iter_mut().find(|entry| entry.key == "autoscale") else { return };
    let Value::Mapping(fields) = &mut autoscale.value.value else { return };
    fields.retain(|entry| {
        let is_load = LOAD.contains(&entry.key.as_str());
        if is_load {
            let message = format!("`{}` does not tell how much a server has to do", entry.key);
            let label = "full with one request, and no fuller with a hundred";
            faults.push(Fault::new(entry.key_origin, message, label).help(
                "one request takes a whole GPU, whose pod's CPU is idle meanwhile, and on a CPU all cores; memory is taken \
                 by the model. Count requests instead: prometheus: {serverAddress: URL, query: PROMQL}",
            ));
        }
        !is_load
    });
}
