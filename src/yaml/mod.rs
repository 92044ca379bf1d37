//! How do bundles become text, and text bundles?

mod read;
mod write;

pub use read::{Manifests, read};
pub use write::{Format, write};
