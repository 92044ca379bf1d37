//! In which files is a bundle kept, for those who deploy it?

mod plain;

use std::collections::BTreeMap;

use crate::bundle::Bundle;
use crate::plan::Plan;

/// Texts by their path in a folder, with `/` between its parts.
pub type Files = BTreeMap<String, String>;

/// A profile as it was rendered, for one of its environments or for none.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Which environment.
    pub environment: Option<String>,
    /// What was decided.
    pub plan: Plan,
    /// The objects.
    pub bundle: Bundle,
}

/// Who takes the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `kubectl apply`, or whoever takes manifests.
    Plain,
}

/// The files of a profile: of each environment in a folder of its own, if it has any.
pub fn files(shape: Shape, variants: &[Variant]) -> Files {
    match shape {
        Shape::Plain => each(variants, |variant| plain::files(&variant.bundle)),
    }
}

/// The files of every variant, below the name of its environment.
fn each(variants: &[Variant], files: impl Fn(&Variant) -> Files) -> Files {
    let below = |variant: &Variant, path: String| match &variant.environment {
        Some(name) => format!("{name}/{path}"),
        None => path,
    };
    let all = variants.iter().flat_map(|variant| files(variant).into_iter().map(move |file| (variant, file)));
    all.map(|(variant, (path, text))| (below(variant, path), text)).collect()
}
