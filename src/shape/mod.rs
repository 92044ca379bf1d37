//! In which files is a bundle kept, for those who deploy it?

mod argocd;
mod flux;
mod helmrelease;
mod kustomize;
mod plain;
mod readable;

use std::collections::BTreeMap;

use crate::bundle::{Bundle, Object};
use crate::plan::Plan;
use crate::text::{self, MadeFrom};

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
    /// What it was made from.
    pub made_from: MadeFrom,
}

/// Who takes the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `kubectl apply`, or whoever takes manifests.
    Plain,
    /// `kubectl apply -k`: a base, and an overlay for each environment.
    Kustomize,
    /// Flux: manifests, and the Kustomization that applies them.
    Flux,
    /// Flux: a release of the Helm chart of otwld, what it lacks beside it, and the variables of each environment.
    HelmRelease,
    /// Argo CD: manifests, and the Application that applies them.
    Argocd,
}

/// The files of a profile. `base` is the profile without an environment, which only kustomize asks for.
///
/// # Errors
/// What cannot be said in this shape, with what to write instead.
pub fn files(shape: Shape, base: Option<&Variant>, variants: &[Variant]) -> Result<Files, String> {
    let mut files = match shape {
        Shape::Plain => each(variants, |variant| Ok(plain::files(&variant.bundle)))?,
        Shape::Kustomize => kustomize::files(base, variants),
        Shape::Flux => each(variants, |variant| Ok(flux::files(variant)))?,
        Shape::HelmRelease => helmrelease::files(variants)?,
        Shape::Argocd => each(variants, argocd::files)?,
    };
    files.extend(variants.iter().map(|variant| runbook(shape, variant)));
    Ok(files)
}

/// The page for the person on call, beside what it is about.
fn runbook(shape: Shape, variant: &Variant) -> (String, String) {
    let below = match (&variant.environment, shape) {
        (None, _) => String::new(),
        (Some(name), Shape::Kustomize) => format!("overlays/{name}/"),
        (Some(name), _) => format!("{name}/"),
    };
    (format!("{below}RUNBOOK.md"), text::runbook(&variant.plan, &variant.bundle, &variant.made_from))
}

/// The files of every variant, below the name of its environment.
fn each(variants: &[Variant], files: impl Fn(&Variant) -> Result<Files, String>) -> Result<Files, String> {
    let mut all = Files::new();
    for variant in variants {
        let below = variant.environment.as_ref().map_or(String::new(), |name| format!("{name}/"));
        all.extend(files(variant)?.into_iter().map(|(path, text)| (format!("{below}{path}"), text)));
    }
    Ok(all)
}

/// Files in a folder of that name.
fn inside(folder: &str, files: Files) -> impl Iterator<Item = (String, String)> {
    files.into_iter().map(move |(path, text)| (format!("{folder}/{path}"), text))
}

/// Where a folder of a variant is in the repository: `apps/ollama/dev/manifests`.
fn in_repository(variant: &Variant, folder: &str) -> String {
    let environment = variant.environment.as_ref().map_or(String::new(), |name| format!("/{name}"));
    format!("{}{environment}/{folder}", variant.plan.gitops.path)
}

/// The folder of what Flux or Argo CD applies, beside the object that tells it to.
const MANIFESTS: &str = "manifests";

/// A bundle whose objects have further annotations.
fn annotated(bundle: &Bundle, annotations: impl Fn(&Object) -> Vec<(&'static str, String)>) -> Bundle {
    let mut bundle = bundle.clone();
    for commented in &mut bundle.objects {
        let more = annotations(&commented.object);
        if !more.is_empty() {
            let own = commented.object.metadata_mut().annotations.get_or_insert_default();
            own.extend(more.into_iter().map(|(key, value)| (key.to_owned(), value)));
        }
    }
    bundle
}
