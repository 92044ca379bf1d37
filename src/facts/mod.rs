//! What is known of the world: models, GPUs, storage, platforms, the server's settings; each row with its source.
//!
//! The rows stand in `*.yaml` beside this file and become statics at build time (`build.rs`).

mod gpu;
mod kubernetes;
mod network;

use serde::Serialize;

pub use gpu::{Gpu, gpu};
pub use kubernetes::Version;
pub use network::{Graph, Model, Network, Quantization, model, quantization};
pub use rows::{GPUS, MODELS, NETWORKS, PLATFORMS, PROVISIONERS, QUANTIZATIONS, SETTINGS};

#[allow(clippy::unreadable_literal, reason = "made from the facts")]
mod rows {
    use super::{Gpu, Graph, Model, Network, Platform, Provisioner, Quantization, Setting};

    include!(concat!(env!("OUT_DIR"), "/networks.rs"));
    include!(concat!(env!("OUT_DIR"), "/models.rs"));
    include!(concat!(env!("OUT_DIR"), "/quantizations.rs"));
    include!(concat!(env!("OUT_DIR"), "/gpus.rs"));
    include!(concat!(env!("OUT_DIR"), "/provisioners.rs"));
    include!(concat!(env!("OUT_DIR"), "/platforms.rs"));
    include!(concat!(env!("OUT_DIR"), "/settings.rs"));
}

/// What makes volumes for claims.
#[derive(Debug)]
pub struct Provisioner {
    /// The name that a class gives.
    pub name: &'static str,
    /// Whether a claim may be mounted on several nodes.
    pub shared: bool,
    /// Whether the class sets the owner of the files, so that fsGroup has no effect.
    pub sets_owner: bool,
    /// Parameters without which no volume is made.
    pub required: &'static [&'static str],
    /// Parameters of our own classes, `key=value`, unless the profile gives them.
    pub defaults: &'static [&'static str],
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// A kind of cluster.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Platform {
    /// The name in the profile.
    pub name: &'static str,
    /// The label (value `true`) that NVIDIA nodes carry; empty where there is none to count on.
    pub gpu_label: &'static str,
    /// Where this is from.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// A variable of the server that is not to be set by hand.
#[derive(Debug)]
pub struct Setting {
    /// Its name.
    pub variable: &'static str,
    /// The profile's field for it; empty where the bundle decides it.
    pub field: &'static str,
    /// Where this is from, or why the bundle decides.
    pub source: &'static str,
    /// When it was looked up.
    pub checked: &'static str,
}

/// The image of the server, without a tag.
pub const OLLAMA_IMAGE: &str = "ollama/ollama";
/// The server that was tested with these bundles. Source: ollama releases, 2026-09-15.
pub const OLLAMA_VERSION: &str = "0.34.2";
/// The port of the server. Source: the image's `OLLAMA_HOST=0.0.0.0:11434`.
pub const OLLAMA_PORT: u16 = 11434;

/// The row of a provisioner.
pub fn provisioner(name: &str) -> Option<&'static Provisioner> {
    PROVISIONERS.iter().find(|row| row.name == name)
}

/// The row of a platform.
pub fn platform(name: &str) -> Option<&'static Platform> {
    PLATFORMS.iter().find(|row| row.name == name)
}

/// The row of a variable that is not to be set by hand.
pub fn setting(variable: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|row| row.variable == variable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_source_and_a_day() {
        let rows = MODELS
            .iter()
            .map(|r| (r.source, r.checked))
            .chain(NETWORKS.iter().map(|r| (r.source, r.checked)))
            .chain(QUANTIZATIONS.iter().map(|r| (r.source, r.checked)))
            .chain(GPUS.iter().map(|r| (r.source, r.checked)))
            .chain(PROVISIONERS.iter().map(|r| (r.source, r.checked)))
            .chain(PLATFORMS.iter().map(|r| (r.source, r.checked)))
            .chain(SETTINGS.iter().map(|r| (r.source, r.checked)));
        for (source, checked) in rows {
            assert!(!source.is_empty());
            assert!(checked.starts_with("20") && checked.len() == 10, "{checked}");
        }
    }
}
