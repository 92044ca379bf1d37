//! How do bundles become text, and text bundles?

mod change;
mod kustomize;
mod patch;
mod read;
mod template;
mod write;

pub use read::{Manifests, Written, is_about_a_variable, object_of};
pub use write::{Format, write, write_document};
