//! What does a profile say of the Service?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Auth;
use crate::facts::OLLAMA_PORT;
use crate::names::{Cidr, LabelKey};

/// The Service.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Service {
    /// Who can reach it.
    pub r#type: ServiceType,
    /// Its port; the servers' own is always 11434.
    pub port: u16,
    /// For the Service alone; they win over ours.
    pub annotations: BTreeMap<LabelKey, String>,
    /// From where it may be reached at the cluster's edge; wanted for `LoadBalancer` and `NodePort`.
    pub source_ranges: Vec<Cidr>,
    /// Whether a load balancer has an address of the inside alone, where the platform has a word for that.
    pub internal: bool,
    /// Who may come in at the cluster's edge: `none` with a reason, unless the proxy asks for keys.
    pub auth: Option<Auth>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            r#type: ServiceType::ClusterIP,
            port: OLLAMA_PORT,
            annotations: BTreeMap::new(),
            source_ranges: Vec::new(),
            internal: true,
            auth: None,
        }
    }
}

/// Who can reach the Service.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub enum ServiceType {
    /// The cluster alone.
    ClusterIP,
    /// Whoever reaches a port of a node.
    NodePort,
    /// Whoever reaches a load balancer.
    LoadBalancer,
}
