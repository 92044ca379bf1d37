//! What does a profile say of storage: where models are kept, and how they get there.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Auto;
use crate::names::DnsName;
use crate::units::{Bytes, Seconds};

/// Where the models are kept.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Storage {
    /// Who mounts what.
    pub topology: Topology,
    /// The size of the claim, or of the part of the node's disk; of an existing claim, what it has.
    pub size: Auto<Bytes>,
    /// The class; none: the cluster's default; empty: no class at all.
    pub class: Option<String>,
    /// A class that the bundle brings.
    pub create_class: Option<CreateClass>,
    /// A claim that is there already, instead of one that the bundle brings.
    pub existing_claim: Option<DnsName>,
    /// Where `copy` and `image` take the models from.
    pub source: Option<StoreSource>,
}

/// Who mounts what.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Topology {
    /// One pod, one `ReadWriteOnce` claim.
    #[default]
    Single,
    /// One `ReadWriteMany` claim that one puller writes and all servers read.
    Shared,
    /// A `StatefulSet`: each server has a `ReadWriteOnce` claim of its own, and pulls into it.
    PerReplica,
    /// Each server copies the models from `source` to a disk of its own: the node's, or with a class a claim.
    Copy,
    /// The models are an image that nodes mount.
    Image,
    /// Each pod pulls to the node's disk, and what it has pulled goes with it.
    Ephemeral,
}

impl Topology {
    /// As in a profile.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Shared => "shared",
            Self::PerReplica => "perReplica",
            Self::Copy => "copy",
            Self::Image => "image",
            Self::Ephemeral => "ephemeral",
        }
    }
}

/// Where models are that somebody else has stored: a folder with Ollama's `blobs` and `manifests`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum StoreSource {
    /// A claim of the namespace that many nodes can mount.
    Claim(DnsName),
    /// An OCI image.
    Image(#[schemars(regex(pattern = r"^[-A-Za-z0-9_./:@]+$"))] String),
}

/// A class of storage that the bundle brings.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateClass {
    /// Who makes the volumes.
    pub provisioner: String,
    /// What it is told.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// How nodes mount the volumes.
    #[serde(default)]
    pub mount_options: Vec<String>,
    /// What becomes of a volume whose claim is deleted.
    #[serde(default)]
    pub reclaim_policy: ReclaimPolicy,
    /// Whether claims of others without a class get this one.
    #[serde(default)]
    pub default: bool,
}

/// What becomes of a volume whose claim is deleted.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
pub enum ReclaimPolicy {
    /// It stays, with the models.
    #[default]
    Retain,
    /// It goes.
    Delete,
}

/// How the models get into the store.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Pull {
    /// Who pulls; `auto`: what suits the topology.
    pub by: PullBy,
    /// Another registry than Ollama's, `host` or `host:port`, for names without one.
    pub from: Option<String>,
    /// Plain http.
    pub insecure: bool,
    /// Certificate authorities that are trusted besides the public ones.
    pub ca_bundle: Option<CaBundle>,
    /// A way to the registry.
    pub proxy: Option<Proxy>,
    /// A Secret with `id_ed25519`, the key of an Ollama account, for its private models.
    pub key: Option<DnsName>,
    /// When to give up; `auto`: from the size and 10 MB/s.
    pub timeout: Auto<Seconds>,
}

/// Who pulls.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PullBy {
    /// What suits the topology.
    #[default]
    Auto,
    /// A Job, for servers that only read.
    Job,
    /// An init container of each server.
    Init,
    /// Nobody: the models are there, or somebody brings them.
    None,
}

/// Certificate authorities.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaBundle {
    /// A `ConfigMap` of the namespace.
    pub config_map: DnsName,
    /// Its key, with certificates in PEM.
    #[serde(default = "CaBundle::usual_key")]
    #[schemars(regex(pattern = r"^[-A-Za-z0-9_.]+$"))]
    pub key: String,
}

impl CaBundle {
    fn usual_key() -> String {
        "ca.crt".to_owned()
    }
}

/// A proxy for `https`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proxy {
    /// Its URL, `http://host:port`.
    #[schemars(regex(pattern = r"^https?://[-A-Za-z0-9.:\[\]]+/*$"), example = "http://proxy.example.com:3128")]
    pub https: String,
    /// Hosts, domains and ranges that are reached without it.
    #[serde(default)]
    pub no_proxy: Vec<String>,
}
