//! How do bundles become text, and text bundles?

mod change;
mod kustomize;
mod patch;
mod read;
mod template;
mod write;

pub use read::{Manifests, Written};
pub use write::{Format, write, write_document};
