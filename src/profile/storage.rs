//! What does a profile say of storage: where models are kept, and how they get there.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Auto;
use crate::units::{Bytes, Seconds};

/// Where the models are kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Storage {
    /// Who mounts what.
    pub topology: Topology,
    /// The size of the claim.
    pub size: Auto<Bytes>,
    /// The class; none: the cluster's default; empty: no class at all.
    pub class: Option<String>,
    /// A class that the bundle brings.
    pub create_class: Option<CreateClass>,
}

/// Who mounts what.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Topology {
    /// One pod, one `ReadWriteOnce` claim.
    #[default]
    Single,
    /// One `ReadWriteMany` claim that one puller writes and all servers read.
    Shared,
}

/// A class of storage that the bundle brings.
#[derive(Clone, Debug, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum ReclaimPolicy {
    /// It stays, with the models.
    #[default]
    Retain,
    /// It goes.
    Delete,
}

/// How the models get into the store.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Pull {
    /// Another registry than Ollama's, `host` or `host:port`, for names without one.
    pub from: Option<String>,
    /// Plain http.
    pub insecure: bool,
    /// When to give up; `auto`: from the size and 10 MB/s.
    pub timeout: Auto<Seconds>,
}
