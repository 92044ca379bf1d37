//! How does Flux take a bundle: manifests, and a Kustomization that applies them and waits for the models?

use serde::Serialize;

use super::{Files, MANIFESTS, Variant, annotated, in_repository, inside, plain};
use crate::bundle::{Bundle, Comment, Object};
use crate::profile::DependsOn;
use crate::yaml;

/// `Kustomization` of `kustomize.toolkit.fluxcd.io/v1`. Source: fluxcd/kustomize-controller `docs/spec/v1/kustomizations.md`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kustomization {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

/// The metadata of Flux's own objects.
#[derive(Serialize)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) namespace: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    source_ref: SourceRef,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target_namespace: Option<String>,
    interval: String,
    retry_interval: &'static str,
    timeout: String,
    wait: bool,
    prune: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_build: Option<PostBuild>,
}

#[derive(Serialize)]
struct SourceRef {
    kind: &'static str,
    name: String,
}

/// Something that must be ready before.
#[derive(Serialize)]
struct Reference {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PostBuild {
    substitute_from: Vec<From>,
}

#[derive(Serialize)]
struct From {
    kind: &'static str,
    name: String,
}

impl Reference {
    /// As the profile names it.
    fn of(asked: &DependsOn) -> Self {
        Self { name: asked.name.to_string(), namespace: asked.namespace.as_ref().map(ToString::to_string) }
    }
}

/// The Kustomization, and the manifests in a folder beside it, so that it does not apply itself.
pub(super) fn files(variant: &Variant) -> Files {
    let variables = variant.plan.gitops.flux.variables.as_deref();
    let text = over(variant, &in_repository(variant, MANIFESTS), variables, None);
    let manifests = plain::files(&annotated(&variant.bundle, annotations));
    let mut files: Files = inside(MANIFESTS, manifests).collect();
    files.insert("flux-kustomization.yaml".to_owned(), text);
    files
}

/// The Kustomization that applies a folder of the repository, with the entries of a `ConfigMap` in place of variables,
/// and to another namespace than its manifests say.
pub(super) fn over(variant: &Variant, folder: &str, variables: Option<&str>, namespace: Option<&str>) -> String {
    let Variant { plan, .. } = variant;
    let flux = &plan.gitops.flux;
    let from = |name: &str| PostBuild { substitute_from: vec![From { kind: "ConfigMap", name: name.to_owned() }] };
    let object = Kustomization {
        api_version: "kustomize.toolkit.fluxcd.io/v1",
        kind: "Kustomization",
        metadata: Metadata { name: plan.release.name.clone(), namespace: flux.namespace.to_string() },
        spec: Spec {
            source_ref: SourceRef { kind: flux.source.kind.name(), name: flux.source.name.to_string() },
            path: format!("./{folder}"),
            target_namespace: namespace.map(str::to_owned),
            interval: flux.interval.to_string(),
            retry_interval: "2m",
            timeout: plan.gitops.timeout.value.to_string(),
            wait: true,
            prune: true,
            depends_on: flux.depends_on.iter().map(Reference::of).collect(),
            post_build: variables.map(from),
        },
    };
    let comments = vec![
        Comment { path: "".into(), text: "Flux applies the folder, and is ready when the models can be served. What waits for that names it in dependsOn.".into() },
        Comment { path: "spec timeout".into(), text: plan.gitops.timeout.reason.clone().into() },
        Comment { path: "spec wait".into(), text: "for the health of every object: the pull, the rollout, the claim".into() },
        Comment { path: "spec prune".into(), text: "what is not in the folder any more is deleted, but never the claim and its namespace".into() },
    ];
    let mut text = String::new();
    yaml::write_document(&object, &comments, &mut text);
    text
}

/// What Flux is to leave alone: volumes with models in them, and scripts whose `${...}` are the shell's.
fn annotations(object: &Object) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if matches!(object, Object::PersistentVolumeClaim(_) | Object::Namespace(_) | Object::StorageClass(_)) {
        found.push(("kustomize.toolkit.fluxcd.io/prune", "disabled".to_owned()));
    }
    if has_braces(object) {
        found.push(("kustomize.toolkit.fluxcd.io/substitute", "disabled".to_owned()));
    }
    found
}

/// Whether an object has a text that Flux would take for a variable.
fn has_braces(object: &Object) -> bool {
    let mut text = String::new();
    let one = crate::bundle::Commented { object: object.clone(), comments: Vec::new() };
    yaml::write(&Bundle { header: String::new(), objects: vec![one] }, yaml::Format::Yaml, &mut text);
    text.contains("${")
}
