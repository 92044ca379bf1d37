//! How does kustomize take a bundle: a base, and for each environment an overlay that makes of it what was rendered?

use std::collections::BTreeMap;

use k8s_openapi::serde_json::{self, Value};
use serde::Serialize;

use super::{Files, Variant, inside, plain};
use crate::bundle::{Bundle, Comment, Commented, Object};
use crate::yaml;

/// `Kustomization` of `kustomize.config.k8s.io/v1beta1`. Source: kubernetes-sigs/kustomize `api/types/kustomization.go`.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Kustomization {
    api_version: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    resources: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    patches: Vec<Patch>,
}

#[derive(Serialize)]
struct Patch {
    target: Target,
    patch: String,
}

#[derive(Serialize)]
struct Target {
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<String>,
    version: String,
    kind: String,
    name: String,
}

/// A folder that `kubectl apply -k` takes; with environments a base and an overlay for each.
pub(super) fn files(base: Option<&Variant>, variants: &[Variant]) -> Files {
    let (Some(base), true) = (base, variants.iter().any(|variant| variant.environment.is_some())) else {
        return variants.iter().flat_map(|variant| folder(&variant.bundle)).collect();
    };
    let mut files: Files = inside("base", folder(&base.bundle)).collect();
    for variant in variants {
        let name = variant.environment.as_deref().unwrap_or_default();
        files.extend(inside(&format!("overlays/{name}"), overlay(base, variant)));
    }
    files
}

/// Manifests and the kustomization that lists them.
fn folder(bundle: &Bundle) -> Files {
    let mut files = plain::files(bundle);
    // In the order of the names, which is the order in which they are applied.
    let resources = files.keys().cloned().collect();
    files.insert("kustomization.yaml".to_owned(), written(&kustomization(resources), ""));
    files
}

fn kustomization(resources: Vec<String>) -> Kustomization {
    let (api_version, kind) = ("kustomize.config.k8s.io/v1beta1", "Kustomization");
    Kustomization { api_version, kind, resources, ..Kustomization::default() }
}

fn written(kustomization: &Kustomization, about: &str) -> String {
    let comment = Comment { path: "".into(), text: about.to_owned().into() };
    let comments = if about.is_empty() { Vec::new() } else { vec![comment] };
    let mut text = String::new();
    yaml::write_document(kustomization, &comments, &mut text);
    text
}

/// What of the base is another thing in an environment: patches, objects of its own, and objects that it lacks.
fn overlay(base: &Variant, variant: &Variant) -> Files {
    let is_moved = base.plan.release.namespace != variant.plan.release.namespace;
    let namespace = is_moved.then(|| variant.plan.release.namespace.clone());
    let mut of_base: BTreeMap<(String, String), &Commented> =
        base.bundle.objects.iter().map(|commented| (key(&commented.object, base), commented)).collect();
    let mut files = Files::new();
    let mut resources = vec!["../../base".to_owned()];
    let mut patches = Vec::new();
    for commented in &variant.bundle.objects {
        let Some(known) = of_base.remove(&key(&commented.object, variant)) else {
            let path = plain::path(&commented.object);
            let alone = Bundle { header: String::new(), objects: vec![commented.clone()] };
            files.extend(plain::files(&alone));
            resources.push(path);
            continue;
        };
        patches.extend(difference(&known.object, &commented.object));
    }
    patches.extend(of_base.into_values().map(|gone| delete(&gone.object)));
    let about = format!("What is different in {}.", variant.environment.as_deref().unwrap_or_default());
    let overlay = Kustomization { namespace, patches, ..kustomization(resources) };
    files.insert("kustomization.yaml".to_owned(), written(&overlay, &about));
    files
}

/// What makes an object of a variant the same as one of another: the namespace itself is the same under another name.
fn key(object: &Object, variant: &Variant) -> (String, String) {
    let name = object.metadata().name.clone().unwrap_or_default();
    let is_namespace = object.kind() == "Namespace" && name == variant.plan.release.namespace;
    (object.kind().to_owned(), if is_namespace { String::new() } else { name })
}

/// The patch that makes one object of another; none where they are the same but for the namespace, which the
/// kustomization itself sets.
fn difference(base: &Object, wanted: &Object) -> Option<Patch> {
    let value = |object: &Object| {
        let mut value = serde_json::to_value(object).expect("objects have no keys but text");
        let is_namespace = object.kind() == "Namespace";
        if let Some(Value::Object(metadata)) = value.get_mut("metadata") {
            metadata.remove("namespace");
            if is_namespace {
                metadata.remove("name");
            }
        }
        value
    };
    let steps = json_patch::diff(&value(base), &value(wanted));
    if steps.0.is_empty() {
        return None;
    }
    let mut patch = String::new();
    yaml::write_document(&steps, &[], &mut patch);
    let patch = patch.trim_start_matches("---\n").to_owned();
    Some(Patch { target: target(base), patch })
}

/// The patch that takes an object out.
fn delete(object: &Object) -> Patch {
    let Target { group, version, kind, name } = target(object);
    let api_version = group.map_or_else(|| version.clone(), |group| format!("{group}/{version}"));
    let patch = format!("$patch: delete\napiVersion: {api_version}\nkind: {kind}\nmetadata:\n  name: {name}\n");
    Patch { target: target(object), patch }
}

fn target(object: &Object) -> Target {
    let value = serde_json::to_value(object).expect("objects have no keys but text");
    let api_version = value["apiVersion"].as_str().unwrap_or_default();
    let (group, version) = match api_version.split_once('/') {
        Some((group, version)) => (Some(group.to_owned()), version.to_owned()),
        None => (None, api_version.to_owned()),
    };
    let name = object.metadata().name.clone().unwrap_or_default();
    Target { group, version, kind: object.kind().to_owned(), name }
}
