//! How do bundles become text, and text bundles?

mod change;
mod generated;
mod kustomization;
mod kustomize;
mod listed;
mod patch;
mod read;
mod targets;
mod template;
mod write;

pub use read::{Manifests, Written, is_about_a_variable, object_of};
pub use write::{Format, write, write_document};
