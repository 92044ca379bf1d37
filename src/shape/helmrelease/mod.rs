//! How does Flux take a bundle as a release of the Helm chart of otwld, with what the chart lacks beside it?
//!
//! The chart makes the Deployment and its Service. Everything else is beside it: the claim, so that no uninstall and no
//! remediation deletes the models, and quota, budget, policies, which the chart lacks.

mod values;
mod vary;

use k8s_openapi::serde_json::{self, Value, json};

use super::readable::Readable;
use super::{Files, MANIFESTS, Variant, flux, in_repository, plain};
use crate::bundle::{Bundle, Comment, Commented, Object};
use crate::plan::{Delivery, Plan, Store};
use crate::yaml;

/// A text of a folder before it is written: a tree, and the sentences that belong in it.
#[derive(Clone, Debug)]
pub(super) struct Document {
    path: String,
    value: Value,
    comments: Vec<Comment>,
}

/// The files: without environments the objects, with them a base whose variables each environment gives.
///
/// # Errors
/// What the chart cannot do, and what differs between environments in a way that no variable says.
pub(super) fn files(variants: &[Variant]) -> Result<Files, String> {
    let mut files = Files::new();
    let [first, ..] = variants else { return Ok(files) };
    let documents = variants.iter().map(documents).collect::<Result<Vec<_>, _>>()?;
    if first.environment.is_none() {
        let annotated = documents.into_iter().flatten().map(protected);
        files.extend(annotated.map(|document| (format!("{MANIFESTS}/{}", document.path), written(&document))));
        files.insert(
            "flux-kustomization.yaml".to_owned(),
            flux::over(first, &in_repository(first, MANIFESTS), None, None),
        );
        return Ok(files);
    }
    let namespace = &first.plan.release.namespace;
    let documents: Vec<Vec<Document>> = documents
        .into_iter()
        .map(|documents| documents.into_iter().map(|one| moved(one, namespace)).collect())
        .collect();
    let varied = vary::vary(&first.plan.release.name, &documents)?;
    files.extend(varied.documents.into_iter().map(|document| (format!("base/{}", document.path), written(&document))));
    let map = first.plan.gitops.flux.variables.as_ref().map_or("cluster-vars".to_owned(), ToString::to_string);
    for (number, variant) in variants.iter().enumerate() {
        let environment = variant.environment.as_deref().unwrap_or_default();
        let data: serde_json::Map<String, Value> =
            varied.variables.iter().map(|(name, values)| (name.clone(), json!(values[number]))).collect();
        let variables = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": map, "namespace": variant.plan.gitops.flux.namespace.to_string()},
            "data": data,
        });
        let about = format!(
            "What {environment} has for the variables of the base. Change the profile and render again: a changed setting \
             replaces the pods by its hash, which stands here, too."
        );
        let document = Document { path: String::new(), value: variables, comments: vec![comment("", about)] };
        files.insert(format!("{environment}/{map}.yaml"), written(&document));
        let own = &variant.plan.release.namespace;
        let moved_to = variants.iter().any(|other| other.plan.release.namespace != *own).then_some(own.as_str());
        files.insert(
            format!("{environment}/flux-kustomization.yaml"),
            flux::over(variant, &format!("{}/base", first.plan.gitops.path), Some(&map), moved_to),
        );
    }
    Ok(files)
}

/// Everything of one variant.
fn documents(variant: &Variant) -> Result<Vec<Document>, String> {
    let Variant { plan, bundle, .. } = variant;
    chart_can(plan)?;
    let find = |kind: &str| {
        let has = |commented: &&Commented| commented.object.kind() == kind;
        bundle.objects.iter().find(has).map(|commented| tree(&commented.object))
    };
    let (Some(deployment), Some(service)) = (find("Deployment"), find("Service")) else {
        return Err("the chart makes a Deployment, and this profile needs another workload".to_owned());
    };
    let split = values::split(&deployment, &service).map_err(|what| format!("the chart cannot make this: {what}"))?;
    if serde_json::to_string(&split.values).is_ok_and(|text| text.contains("{{")) {
        return Err("the chart takes `{{` in its values for a template: leave it out of the profile".to_owned());
    }
    let made = |object: &Object| matches!(object, Object::Deployment(_) | Object::Service(_));
    let beside = bundle.objects.iter().filter(|commented| !made(&commented.object));
    let mut found: Vec<Document> = beside
        .map(|commented| Document {
            path: plain::path(&commented.object),
            value: tree(&commented.object),
            comments: commented.comments.clone(),
        })
        .collect();
    if let Some(first) = found.first_mut() {
        first.comments.insert(0, comment("", bundle_header(bundle)));
    }
    found.push(repository(plan));
    found.push(release(plan, split));
    Ok(found)
}

fn bundle_header(bundle: &Bundle) -> String {
    bundle.header.lines().next().unwrap_or_default().to_owned()
}

/// Whether the chart makes such servers.
fn chart_can(plan: &Plan) -> Result<(), String> {
    let why = match (&plan.store, &plan.delivery) {
        (Store::ClaimEach(_), _) => "it makes a Deployment, and a claim for each server needs a StatefulSet",
        (_, Delivery::Job) => {
            "its Service selects by name and instance, and would send requests to the puller's pods as well"
        }
        _ => return Ok(()),
    };
    Err(format!("the chart cannot do this: {why}; write --as flux, or set storage.topology: single"))
}

/// Source: fluxcd/source-controller `docs/spec/v1/helmrepositories.md`.
fn repository(plan: &Plan) -> Document {
    let flux = &plan.gitops.flux;
    let value = json!({
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "HelmRepository",
        "metadata": {"name": "otwld", "namespace": plan.release.namespace},
        "spec": {"url": flux.chart.repository, "interval": "24h"},
    });
    Document { path: "80-helmrepository-otwld.yaml".to_owned(), value, comments: Vec::new() }
}

/// Source: fluxcd/helm-controller `docs/spec/v2/helmreleases.md`, API v2 of 1.6.3.
fn release(plan: &Plan, split: values::Split) -> Document {
    let flux = &plan.gitops.flux;
    let name = &plan.release.name;
    let mut spec = json!({
        "releaseName": name,
        "chart": {"spec": {
            "chart": "ollama",
            "version": flux.chart.version,
            "sourceRef": {"kind": "HelmRepository", "name": "otwld"},
        }},
        "interval": flux.interval.to_string(),
        "timeout": plan.gitops.timeout.value.to_string(),
        "install": {"remediation": {"retries": flux.chart.retries}},
        "upgrade": {"remediation": {"retries": flux.chart.retries, "strategy": "rollback"}},
        "values": split.values,
    });
    let mut comments = vec![
        comment(
            "",
            "The chart makes the Deployment and its Service; all else is beside it. The release is ready when the models can be served.",
        ),
        comment("spec timeout", plan.gitops.timeout.reason.clone()),
        comment(
            "spec install",
            "an uninstall takes the Deployment and the Service: the claim is not the chart's, so the models stay",
        ),
        comment(
            "spec values lifecycle",
            "in its place the chart would pull models in a hook, whose failure nobody sees",
        ),
    ];
    if split.patch.as_object().is_some_and(|patch| !patch.is_empty()) {
        // A tree until it is written, so that what differs between environments can be found in it.
        let of_deployment = with_name(split.patch, "apps/v1", "Deployment", name);
        let mut patches = vec![json!({"target": {"kind": "Deployment", "name": name}, "patch": of_deployment})];
        if !split.service.is_null() {
            let of_service = with_name(split.service, "v1", "Service", name);
            patches.push(json!({"target": {"kind": "Service", "name": name}, "patch": of_service}));
        }
        spec["postRenderers"] = json!([{"kustomize": {"patches": patches}}]);
        let replicas =
            if plan.autoscale.is_some() { "; the chart's replicas are taken out, as KEDA sets them" } else { "" };
        let why = "what the chart has no values for; without progressDeadlineSeconds a long pull would count as failed";
        comments.push(comment("spec postRenderers", format!("{why}{replicas}")));
    }
    let value = json!({
        "apiVersion": "helm.toolkit.fluxcd.io/v2",
        "kind": "HelmRelease",
        "metadata": {"name": name, "namespace": plan.release.namespace},
        "spec": spec,
    });
    Document { path: format!("85-helmrelease-{name}.yaml"), value, comments }
}

/// A patch that says what it is for.
fn with_name(patch: Value, api_version: &str, kind: &str, name: &str) -> Value {
    let mut whole = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}});
    if let (Some(whole), Value::Object(patch)) = (whole.as_object_mut(), patch) {
        for (key, value) in patch {
            whole.entry(key).or_insert(value);
        }
    }
    whole
}

/// The same in another namespace: Flux's `targetNamespace` puts it back, and scripts need no variable for it.
fn moved(mut document: Document, namespace: &str) -> Document {
    let is_namespace = document.value["kind"] == "Namespace";
    if let Some(metadata) = document.value["metadata"].as_object_mut() {
        let field = if is_namespace { "name" } else { "namespace" };
        if metadata.contains_key(field) {
            metadata.insert(field.to_owned(), json!(namespace));
        }
    }
    document
}

/// With the mark for texts whose `${...}` are not Flux's.
fn protected(mut document: Document) -> Document {
    if document.value.to_string().contains("${") {
        document.value["metadata"]["annotations"]["kustomize.toolkit.fluxcd.io/substitute"] = json!("disabled");
    }
    document
}

fn tree(object: &Object) -> Value {
    serde_json::to_value(object).expect("objects have no keys but text")
}

fn written(document: &Document) -> String {
    let mut value = document.value.clone();
    let patches = value.pointer_mut("/spec/postRenderers/0/kustomize/patches").and_then(Value::as_array_mut);
    for patch in patches.into_iter().flatten().filter_map(|patch| patch.get_mut("patch")) {
        *patch = Value::String(without_quotes(&text(patch, &[])));
    }
    let text = text(&value, &document.comments);
    format!("---\n{text}")
}

fn text(value: &Value, comments: &[Comment]) -> String {
    let mut text = String::new();
    yaml::write_document(&Readable(value), comments, &mut text);
    text.trim_start_matches("---\n").to_owned()
}

/// A text in which a variable stands for a number, a boolean, or a string that brings its own quotes.
fn without_quotes(text: &str) -> String {
    let mut parts = text.split("\"${");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| format!("{done}${{{}", part.replacen("}\"", "}", 1)))
}

fn comment(path: &'static str, text: impl Into<std::borrow::Cow<'static, str>>) -> Comment {
    Comment { path: path.into(), text: text.into() }
}
