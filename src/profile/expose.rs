//! What does a profile say of reaching the servers: the Service and the Ingress.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::OLLAMA_PORT;
use crate::names::{DnsLabel, DnsName, LabelKey};
use crate::units::Seconds;

/// How the servers are reached.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expose {
    /// Inside the cluster.
    pub service: Service,
    /// From outside.
    pub ingress: Option<Ingress>,
}

/// The address inside the cluster.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Service {
    /// Who can reach it.
    pub r#type: ServiceType,
    /// Its port; the servers' own is always 11434.
    pub port: u16,
    /// For the Service alone.
    pub annotations: BTreeMap<LabelKey, String>,
}

impl Default for Service {
    fn default() -> Self {
        Self { r#type: ServiceType::ClusterIP, port: OLLAMA_PORT, annotations: BTreeMap::new() }
    }
}

/// Who can reach the Service.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
pub enum ServiceType {
    /// The cluster alone.
    ClusterIP,
}

/// The way in from outside.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ingress {
    /// Which controller serves it: annotations differ.
    pub controller: IngressController,
    /// The controller's class; none: the controller's usual one.
    pub class_name: Option<DnsName>,
    /// The namespace of the controller's pods; none: the usual one.
    pub controller_namespace: Option<DnsLabel>,
    /// The host name.
    pub host: DnsName,
    /// The certificate.
    pub tls: Option<Tls>,
    /// Who may come in.
    #[schemars(required)]
    pub auth: Option<IngressAuth>,
    /// How long an answer may take.
    #[serde(default = "one_hour")]
    pub timeout: Seconds,
    /// What may be asked.
    #[serde(default)]
    pub paths: IngressPaths,
    /// For the Ingress alone; they win over ours.
    #[serde(default)]
    pub annotations: BTreeMap<LabelKey, String>,
}

fn one_hour() -> Seconds {
    Seconds(3600)
}

/// Ingress controllers whose annotations are known.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IngressController {
    /// `HAProxy` Technologies' `kubernetes-ingress`.
    Haproxy,
    /// AWS Load Balancer Controller.
    Alb,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tls {
    /// A Secret of type `kubernetes.io/tls`; with `clusterIssuer` it is made.
    pub secret: Option<DnsName>,
    /// cert-manager's `ClusterIssuer`.
    pub cluster_issuer: Option<DnsName>,
}

/// Who may come in.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum IngressAuth {
    /// Names and passwords in a Secret of the namespace.
    Basic(DnsName),
    /// Anybody who gets this far, for the reason given.
    None(String),
}

/// What may be asked.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum IngressPaths {
    /// Answers, and the list of models.
    #[default]
    Inference,
    /// Everything, also pulling and deleting models.
    All,
}
