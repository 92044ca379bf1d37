//! What is known of the world: models, GPUs, storage, platforms, the server, its chart, APIs; each row with its source.
//!
//! The rows stand in `*.yaml` beside this file and become statics at build time (`build.rs`).

mod apis;
mod chart;
mod fields;
mod gpu;
mod kubernetes;
mod library;
mod network;
mod node_label;
mod platform;
mod resources;
mod server;
mod storage;
mod symptom;

pub use apis::{IngressKeys, RemovedApi, ingress_controller_of_annotation, ingress_controllers_of, removed_api};
pub use chart::{
    CHART_APP_VERSION, CHART_NAME, CHART_VERSION, ChartKind, ChartPath, ChartValue, chart_children, chart_path,
    chart_paths_of,
};
pub use fields::{ApiDefault, Immutable};
pub use gpu::{Gpu, Mig, gpu, mig};
pub use kubernetes::Version;
pub use library::{LibraryModel, leading_size, library_model};
pub use network::{Graph, Model, Network, Quantization, model, quantization};
pub use node_label::{NodeLabels, is_node_label, node_labels};
pub use platform::{CardBy, Platform, platform};
pub use resources::{CustomField, CustomKind, FieldKind, custom_kind};
pub use rows::{
    API_DEFAULTS, APIS, CHART_VALUES, CLASSES, IMMUTABLE, INGRESS_CONTROLLERS, LIBRARY, MIGS, MINIMUMS, MISTAKES,
    NODE_LABELS, SYMPTOMS, VARIABLES, VULNERABILITIES,
};
pub use rows::{GPUS, MODELS, NETWORKS, PLATFORMS, PROVISIONERS, QUANTIZATIONS, RESOURCES, SETTINGS};
pub use server::{
    KV_CACHE_TYPES, Mistake, Release, Risk, Variable, VariableKind, Vulnerability, mistake, needs_flash_attention,
    variable, vulnerabilities_of,
};
pub use storage::{Minimum, Provisioner, StorageClass, minimum, provisioner, storage_class};
pub use symptom::{Symptom, symptoms_of};

#[allow(clippy::unreadable_literal, reason = "made from the facts")]
mod rows {
    use super::{
        ApiDefault, ChartKind, ChartValue, CustomKind, Gpu, Graph, Immutable, IngressKeys, LibraryModel, Mig, Minimum,
        Mistake, Model, Network, NodeLabels, Platform, Provisioner, Quantization, RemovedApi, Risk, Setting,
        StorageClass, Symptom, Variable, VariableKind, Vulnerability,
    };

    include!(concat!(env!("OUT_DIR"), "/networks.rs"));
    include!(concat!(env!("OUT_DIR"), "/models.rs"));
    include!(concat!(env!("OUT_DIR"), "/quantizations.rs"));
    include!(concat!(env!("OUT_DIR"), "/gpus.rs"));
    include!(concat!(env!("OUT_DIR"), "/mig.rs"));
    include!(concat!(env!("OUT_DIR"), "/node_labels.rs"));
    include!(concat!(env!("OUT_DIR"), "/provisioners.rs"));
    include!(concat!(env!("OUT_DIR"), "/platforms.rs"));
    include!(concat!(env!("OUT_DIR"), "/settings.rs"));
    include!(concat!(env!("OUT_DIR"), "/classes.rs"));
    include!(concat!(env!("OUT_DIR"), "/minimums.rs"));
    include!(concat!(env!("OUT_DIR"), "/variables.rs"));
    include!(concat!(env!("OUT_DIR"), "/mistakes.rs"));
    include!(concat!(env!("OUT_DIR"), "/vulnerabilities.rs"));
    include!(concat!(env!("OUT_DIR"), "/chart_values.rs"));
    include!(concat!(env!("OUT_DIR"), "/apis.rs"));
    include!(concat!(env!("OUT_DIR"), "/ingress_controllers.rs"));
    include!(concat!(env!("OUT_DIR"), "/library.rs"));
    include!(concat!(env!("OUT_DIR"), "/resources.rs"));
    include!(concat!(env!("OUT_DIR"), "/api_defaults.rs"));
    include!(concat!(env!("OUT_DIR"), "/immutable.rs"));
    include!(concat!(env!("OUT_DIR"), "/symptoms.rs"));
}

/// The pairs of a column that lists `key=value`.
pub fn pairs(column: &'static [&'static str]) -> impl Iterator<Item = (&'static str, &'static str)> {
    column.iter().filter_map(|pair| pair.split_once('='))
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
            .chain(MIGS.iter().map(|r| (r.source, r.checked)))
            .chain(NODE_LABELS.iter().map(|r| (r.source, r.checked)))
            .chain(PROVISIONERS.iter().map(|r| (r.source, r.checked)))
            .chain(PLATFORMS.iter().map(|r| (r.source, r.checked)))
            .chain(SETTINGS.iter().map(|r| (r.source, r.checked)))
            .chain(CLASSES.iter().map(|r| (r.source, r.checked)))
            .chain(MINIMUMS.iter().map(|r| (r.source, r.checked)))
            .chain(VARIABLES.iter().map(|r| (r.source, r.checked)))
            .chain(MISTAKES.iter().map(|r| (r.source, r.checked)))
            .chain(VULNERABILITIES.iter().map(|r| (r.source, r.checked)))
            .chain(CHART_VALUES.iter().map(|r| (r.source, r.checked)))
            .chain(APIS.iter().map(|r| (r.source, r.checked)))
            .chain(INGRESS_CONTROLLERS.iter().map(|r| (r.source, r.checked)))
            .chain(RESOURCES.iter().map(|r| (r.source, r.checked)))
            .chain(LIBRARY.iter().map(|r| (r.source, r.checked)))
            .chain(API_DEFAULTS.iter().map(|r| (r.source, r.checked)))
            .chain(IMMUTABLE.iter().map(|r| (r.source, r.checked)))
            .chain(SYMPTOMS.iter().map(|r| (r.source, r.checked)));
        for (source, checked) in rows {
            assert!(!source.is_empty());
            assert!(checked.starts_with("20") && checked.len() == 10, "{checked}");
        }
    }
}
