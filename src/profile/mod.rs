//! What does a user ask for: the profile, as it may be written, before anything is decided.
//!
//! Field names are the contract with users; `apiVersion` and `kind` say which contract. Everything else has a
//! default, and what is left out here is decided in `plan`.

mod autoscale;
mod built_in;
mod choice;
mod expose;
mod field;
mod fleet;
mod form;
mod gitops;
mod hardware;
mod layers;
mod model;
mod network;
mod schema;
mod server;
mod storage;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use autoscale::{Autoscale, OUR_METADATA, Prometheus};
pub use built_in::{BUILT_IN, BuiltIn, built_in};
pub use choice::{Auto, AutoOrOff};
pub use expose::{
    Auth, Expose, Gateway, Ingress, IngressController, Metrics, Oidc, Parent, Paths, Proxy as AccessProxy, Service,
    ServiceType, Tls,
};
pub use field::{Field, Form};
pub use fleet::Layers;
pub use form::OUR_LABELS;
pub use gitops::{Argocd, Chart, DependsOn, Flux, FluxSource, FluxSourceKind, Gitops};
pub use hardware::{Gpu, GpuVendor, Hardware, Toleration, TolerationEffect, TolerationOperator};
pub use layers::{Loaded, MissingValue, assemble};
pub use model::Model;
pub use network::{Egress, Network, Peer};
pub use schema::{Covers, schema};
pub use server::{CacheType, EnvFrom, FlashAttention, Image, KeepAlive, NameOf, PullPolicy, Server};
pub use storage::{CaBundle, CreateClass, Proxy, Pull, PullBy, ReclaimPolicy, Storage, StoreSource, Topology};

use crate::facts::Version;
use crate::names::{DnsLabel, InstanceName, LabelKey, LabelValue};

/// One release of Ollama in one namespace.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Profile {
    /// The version of this language.
    pub api_version: ApiVersion,
    /// What the file is.
    pub kind: Kind,
    /// The name of the objects, and `app.kubernetes.io/instance`.
    pub name: InstanceName,
    /// Where all namespaced objects go.
    pub namespace: DnsLabel,
    /// Whether the bundle brings the namespace, its quota and its defaults.
    pub create_namespace: bool,
    /// The oldest cluster that the bundle must run on.
    pub kubernetes: Version,
    /// What kind of cluster it is: a row of `facts/platforms.yaml`.
    #[schemars(extend("enum" = form::platforms()))]
    pub platform: String,
    /// Added to every object and pod, never to selectors.
    #[schemars(extend("propertyNames" = form::own_labels()))]
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Added to every object and pod.
    pub annotations: BTreeMap<LabelKey, String>,
    /// The models; the first is the one that readiness asks for.
    #[schemars(required)]
    pub models: Vec<Model>,
    /// Ollama's own settings.
    pub server: Server,
    /// What the pods need and where they may run.
    pub hardware: Hardware,
    /// How many servers, 1 to 100; 1 where it is left out.
    #[schemars(range(min = 1, max = 100), extend("default" = 1))]
    pub replicas: Option<u32>,
    /// At least and at most so many servers, in place of `replicas`: a `ScaledObject` of KEDA changes their number.
    pub autoscale: Option<Autoscale>,
    /// How servers keep apart.
    pub spread: Spread,
    /// Where the models are kept.
    pub storage: Storage,
    /// How the models get there.
    pub pull: Pull,
    /// How the servers are reached.
    pub expose: Expose,
    /// Who may talk to whom.
    pub network: Network,
    /// What the namespace may use.
    #[schemars(schema_with = "form::quota")]
    pub quota: AutoOrOff<BTreeMap<String, String>>,
    /// How many servers may be away at once.
    pub disruption: AutoOrOff<Disruption>,
    /// Under which rules the pods run.
    pub security: Security,
    /// How what is rendered reaches a cluster.
    pub gitops: Gitops,
    /// Warnings of the rules that are accepted, by the rule's id, each with the reason; written on the objects.
    pub allow: BTreeMap<String, String>,
    /// Values that only the user knows, by path.
    pub needs: BTreeMap<String, Need>,
    /// Layers by name, of which `--env` chooses one: any fields of a profile, with what is different there.
    #[schemars(with = "BTreeMap<DnsLabel, k8s_openapi::serde_json::Value>")]
    pub environments: Option<serde::de::IgnoredAny>,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            api_version: ApiVersion::V1,
            kind: Kind::Profile,
            name: "ollama".parse().expect("a DNS label"),
            namespace: "ollama".parse().expect("a DNS label"),
            create_namespace: true,
            kubernetes: Version::OLDEST,
            platform: "generic".into(),
            labels: BTreeMap::new(),
            annotations: BTreeMap::new(),
            models: Vec::new(),
            server: Server::default(),
            hardware: Hardware::default(),
            replicas: None,
            autoscale: None,
            spread: Spread::default(),
            storage: Storage::default(),
            pull: Pull::default(),
            expose: Expose::default(),
            network: Network::default(),
            quota: AutoOrOff::Auto,
            disruption: AutoOrOff::Auto,
            security: Security::default(),
            gitops: Gitops::default(),
            allow: BTreeMap::new(),
            needs: BTreeMap::new(),
            environments: None,
        }
    }
}

impl Profile {
    /// The most servers that are asked for, and the field that says so.
    pub fn most_servers(&self) -> (&'static str, u32) {
        match &self.autoscale {
            Some(autoscale) => ("autoscale.max", autoscale.max),
            None => ("replicas", self.replicas.unwrap_or(1)),
        }
    }
}

/// The versions of the language that are understood.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
pub enum ApiVersion {
    /// The first.
    #[serde(rename = "ollama-k8s/v1")]
    V1,
}

/// The kinds of file.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
pub enum Kind {
    /// A release of Ollama.
    Profile,
}

/// How servers keep apart, when there are several.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Spread {
    /// What no two of them share.
    pub over: SpreadOver,
    /// Whether a server waits rather than share it.
    pub required: bool,
}

impl Default for Spread {
    fn default() -> Self {
        Self { over: SpreadOver::Host, required: true }
    }
}

/// What servers are spread over.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SpreadOver {
    /// Nodes, `kubernetes.io/hostname`.
    Host,
    /// Zones, `topology.kubernetes.io/zone`.
    Zone,
}

/// How many servers may be away at once for the sake of the cluster.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disruption {
    /// Servers that may be missing, 1 to `replicas`.
    #[schemars(range(min = 1))]
    pub max_unavailable: u32,
}

/// Under which rules the pods run.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Security {
    /// The Pod Security level of the namespace.
    pub pod_security: PodSecurity,
    /// The user and group of every process, and the owner of the store; never 0. Left out: 1000, the image's own user, and
    /// on `OpenShift` whoever it gives the namespace.
    #[schemars(range(min = 1, max = 2_147_483_647))]
    pub run_as_user: Option<u32>,
}

impl Security {
    /// The user `ubuntu` of the image's base.
    pub const USER: u32 = 1000;
}

impl Default for Security {
    fn default() -> Self {
        Self { pod_security: PodSecurity::Restricted, run_as_user: None }
    }
}

/// The levels of the Pod Security Standards; the pods meet `restricted` in any case.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PodSecurity {
    /// Nothing that is not needed.
    Restricted,
    /// For a namespace that others use as well.
    Baseline,
}

/// A value that only the user knows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Need {
    /// What it is.
    pub is: String,
    /// One that could be right; `--example` fills it in.
    #[schemars(with = "k8s_openapi::serde_json::Value")]
    pub example: serde::de::IgnoredAny,
}
