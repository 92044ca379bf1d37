//! What does a profile say of reaching the servers: the Service, the proxy beside them, and the ways in from outside?

mod proxy;
mod service;
mod way_in;

use schemars::JsonSchema;
use serde::Deserialize;

pub use proxy::{Metrics, Proxy};
pub use service::{Service, ServiceType};
pub use way_in::{Auth, Gateway, Ingress, IngressController, Oidc, Parent, Paths, Tls};

/// How the servers are reached.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expose {
    /// The address inside the cluster, or at its edge. Without session affinity: every server has all models, and a
    /// client's next request must not wait for a busy one.
    pub service: Service,
    /// A proxy beside each server, which asks for keys, refuses what is not inference, and counts requests.
    pub proxy: Option<Proxy>,
    /// From outside, by an Ingress.
    pub ingress: Option<Ingress>,
    /// From outside, by a route of the Gateway API.
    pub gateway: Option<Gateway>,
}
